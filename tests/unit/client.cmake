add_unit_test(test_counter disq)

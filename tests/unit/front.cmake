add_unit_test(test_loop mockd)
add_unit_test(test_resp mockd)
add_unit_test(test_session mockd)

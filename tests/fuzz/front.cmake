add_fuzz_test(fuzz_resp mockd)

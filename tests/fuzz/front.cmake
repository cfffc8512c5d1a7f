add_fuzz_test(fuzz_resp mockd)
add_fuzz_test(fuzz_config mockd)

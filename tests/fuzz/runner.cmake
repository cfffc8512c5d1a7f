add_fuzz_test(fuzz_scn scn_runner)
add_fuzz_test(fuzz_reply scn_runner)
add_fuzz_test(fuzz_cluster scn_runner mockd)

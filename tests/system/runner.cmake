add_shell_test(scn_skips $<TARGET_FILE:mockd-server> $<TARGET_FILE:scn>)
add_system_test(test_steps scn_runner)

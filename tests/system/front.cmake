add_system_test(test_daemon mockd)
target_compile_definitions(test_daemon PRIVATE MOCKD="$<TARGET_FILE:mockd-server>")
add_dependencies(test_daemon mockd-server)

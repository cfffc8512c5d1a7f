# What is started as a process, and spoken to from outside.
foreach(name test_daemon test_daemon_options test_daemon_clients test_daemon_files test_control test_control_time test_disque_server)
    add_system_test(${name} mockd)
    target_sources(${name} PRIVATE support/daemon.c)
    target_compile_definitions(${name} PRIVATE MOCKD="$<TARGET_FILE:mockd-server>")
    add_dependencies(${name} mockd-server)
endforeach()
target_compile_definitions(test_disque_server PRIVATE
    DISQUE_SERVER="$<TARGET_FILE_DIR:mockd-server>/disque-server")

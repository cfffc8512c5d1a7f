add_unit_test(test_counter disq)
add_unit_test(test_env disq)
add_unit_test(test_disq_conn disq)
add_unit_test(test_libevent disq PkgConfig::EVENT)

# What plays the servers, for tests of the client.
add_library(play STATIC
    support/play.c
    support/scripted_env.c
    support/scripted_server.c
    support/scripted_wire.c
)
target_link_libraries(play PUBLIC disq PRIVATE house)

add_unit_test(test_connecting play)
add_unit_test(test_lost play)
add_unit_test(test_answers play)
add_unit_test(test_moves play)
add_unit_test(test_misuse play)
add_unit_test(test_calls play)
add_unit_test(test_inspect play lab)
add_unit_test(test_worker play lab)

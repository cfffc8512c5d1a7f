# The same scenarios with the same seed, in memory and on sockets: the event logs are the same bytes.
set(folder ${BINARY}/sockets)
include(${CMAKE_CURRENT_LIST_DIR}/event_logs.cmake)

record(7 memory)
record(7 sockets --sockets)

compare(differ memory sockets)
if(differ)
    message(FATAL_ERROR "what happens on sockets is not what happens in memory: compare the logs in ${folder}")
endif()

# They are sockets: without descriptors there are none.
function(run_with_few_descriptors result)
    execute_process(
        COMMAND sh -c "ulimit -n 8 && exec \"$0\" \"$@\"" ${SCN} run ${ARGN} scenarios/membership
        WORKING_DIRECTORY ${SOURCE}
        OUTPUT_QUIET ERROR_QUIET RESULT_VARIABLE code)
    set(${result} ${code} PARENT_SCOPE)
endfunction()
run_with_few_descriptors(in_memory)
run_with_few_descriptors(on_sockets --sockets)
if(NOT in_memory EQUAL 0 OR on_sockets EQUAL 0)
    message(FATAL_ERROR "with few descriptors scn ends with ${in_memory} in memory, ${on_sockets} on sockets")
endif()

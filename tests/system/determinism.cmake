# The same scenarios with the same seed, twice, and once on sockets: the event logs are the same bytes. With
# another seed they are not, or the comparison would mean nothing.
set(folder ${BINARY}/determinism)
file(REMOVE_RECURSE ${folder})
file(MAKE_DIRECTORY ${folder})

function(record seed log) # and options
    execute_process(
        COMMAND ${SCN} run --seed ${seed} --log ${folder}/${log} ${ARGN} scenarios
        WORKING_DIRECTORY ${SOURCE}
        OUTPUT_VARIABLE output ERROR_VARIABLE output RESULT_VARIABLE result)
    if(NOT result EQUAL 0)
        message(FATAL_ERROR "scn ended with ${result}:\n${output}")
    endif()
    file(SIZE ${folder}/${log} size)
    if(size LESS 10000)
        message(FATAL_ERROR "${size} bytes are no log of all scenarios")
    endif()
endfunction()

function(compare result log other)
    execute_process(COMMAND ${CMAKE_COMMAND} -E compare_files ${folder}/${log} ${folder}/${other}
                    RESULT_VARIABLE differ ERROR_QUIET)
    set(${result} ${differ} PARENT_SCOPE)
endfunction()

record(7 first)
record(7 second)
record(8 third)
record(7 sockets --sockets)

compare(differ first second)
if(differ)
    message(FATAL_ERROR "seed 7 gave two event logs: compare ${folder}/first and second")
endif()
compare(differ first sockets)
if(differ)
    message(FATAL_ERROR "what happens on sockets is not what happens in memory: compare ${folder}/first and sockets")
endif()
# They are sockets, as it cannot be done without.
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
compare(differ first third)
if(NOT differ)
    message(FATAL_ERROR "the seed changes nothing")
endif()

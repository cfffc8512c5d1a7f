# For scripts that compare the event logs of all scenarios, which are in ${folder}.
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

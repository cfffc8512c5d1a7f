# Collects what the tests counted, writes the HTML, prints the summary, and fails below the floor.
# Only our own sources count: no tests, no system headers.
set(folders mockd client scenarios)

function(run what)
    execute_process(COMMAND ${ARGN} OUTPUT_VARIABLE output ERROR_VARIABLE output RESULT_VARIABLE result)
    if(NOT result EQUAL 0)
        message(FATAL_ERROR "${what}:\n${output}")
    endif()
    set(output "${output}" PARENT_SCOPE)
endfunction()

set(lcov ${LCOV} --config-file ${SOURCE}/coverage/lcovrc)
foreach(folder ${folders})
    list(APPEND from --directory ${BINARY}/${folder})
    list(APPEND ours ${SOURCE}/${folder}/*)
endforeach()

# The first capture lists all lines, so that a file that no test reached counts with none.
run("lcov could not list the lines" ${lcov} --capture --initial ${from} --output-file ${BINARY}/lines.info)
run("lcov could not collect the counts" ${lcov} --capture ${from} --output-file ${BINARY}/counts.info)
run("lcov could not join both" ${lcov} --add-tracefile ${BINARY}/lines.info
    --add-tracefile ${BINARY}/counts.info --output-file ${BINARY}/all.info)
run("lcov could not select our files" ${lcov} --extract ${BINARY}/all.info ${ours}
    --output-file ${BINARY}/coverage.info)
run("genhtml failed" ${GENHTML} --config-file ${SOURCE}/coverage/lcovrc --title disque-testtube
    --prefix ${SOURCE} --output-directory ${BINARY}/html ${BINARY}/coverage.info)
run("lcov could not sum up" ${lcov} --summary ${BINARY}/coverage.info)

foreach(kind lines functions branches)
    if(NOT output MATCHES "(${kind}\\.+: ([0-9.]+)%[^\n]*)")
        message(FATAL_ERROR "no ${kind} in lcov's summary:\n${output}")
    endif()
    string(APPEND summary "  ${CMAKE_MATCH_1}\n")
    set(${kind} ${CMAKE_MATCH_2})
endforeach()
execute_process(COMMAND ${CMAKE_COMMAND} -E echo
                "Coverage of mockd, client and scenarios:\n${summary}  file://${BINARY}/html/index.html")

file(STRINGS ${SOURCE}/coverage/floor floors)
foreach(floor ${floors})
    string(REGEX MATCH "^([a-z]+) ([0-9.]+)$" line "${floor}")
    set(least ${CMAKE_MATCH_2})
    if(${${CMAKE_MATCH_1}} LESS least)
        message(SEND_ERROR "${${CMAKE_MATCH_1}} % of ${CMAKE_MATCH_1} are below the floor of ${least} % "
                           "that coverage/floor demands")
    endif()
endforeach()

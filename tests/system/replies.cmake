# Runs all scenarios and shows what they ask nodes and are answered, and what they make nodes do with each other.
# Fails if a command is used by none, or an error of tests/errors.txt, or a behaviour of nodes, is met by none.
set(log ${BINARY}/replies.log)

execute_process(
    COMMAND ${SCN} run --behaviours --log ${log} scenarios
    WORKING_DIRECTORY ${SOURCE}
    OUTPUT_VARIABLE output ERROR_VARIABLE output RESULT_VARIABLE result)
if(NOT result EQUAL 0)
    message(FATAL_ERROR "scn ended with ${result}:\n${output}")
endif()

execute_process(COMMAND ${TABLE} ${log} ${SOURCE}/tests/errors.txt RESULT_VARIABLE result)
if(NOT result EQUAL 0)
    message(FATAL_ERROR "lines that begin with ! above say what is missing")
endif()

string(REGEX MATCHALL "\n +[0-9]+  [a-z-]+" map "${output}")
string(REGEX MATCH "cluster behaviours met by this suite: ([0-9]+) of ([0-9]+)" sum "${output}")
string(JOIN "" map ${map})
message("${map}\n${sum}")
if(NOT sum OR NOT CMAKE_MATCH_1 EQUAL CMAKE_MATCH_2)
    message(FATAL_ERROR "no scenario meets what has a 0 above")
endif()

# Runs all scenarios and shows what they ask nodes and are answered. Fails if a command is used by none, or an
# error of tests/errors.txt is met by none.
set(log ${BINARY}/replies.log)

execute_process(
    COMMAND ${SCN} run --log ${log} scenarios
    WORKING_DIRECTORY ${SOURCE}
    OUTPUT_VARIABLE output ERROR_VARIABLE output RESULT_VARIABLE result)
if(NOT result EQUAL 0)
    message(FATAL_ERROR "scn ended with ${result}:\n${output}")
endif()

execute_process(COMMAND ${TABLE} ${log} ${SOURCE}/tests/errors.txt RESULT_VARIABLE result)
if(NOT result EQUAL 0)
    message(FATAL_ERROR "lines that begin with ! above say what is missing")
endif()

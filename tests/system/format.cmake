# .clang-format is law.
file(GLOB_RECURSE sources ${SOURCE}/mockd/*.[ch] ${SOURCE}/client/*.[ch] ${SOURCE}/scenarios/*.[ch]
                          ${SOURCE}/tests/*.[ch])
execute_process(COMMAND ${CLANG_FORMAT} --dry-run --Werror ${sources} RESULT_VARIABLE result)
if(result)
    message(FATAL_ERROR "run make format")
endif()

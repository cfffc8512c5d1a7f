# What the coverage preset has besides: every build forgets the counts of earlier runs, and the target
# `report` shows what the tests since then have reached.
find_program(LCOV lcov REQUIRED)
find_program(GENHTML genhtml REQUIRED)

add_custom_target(forget_counts ALL
    COMMAND ${CMAKE_COMMAND} -DBINARY=${PROJECT_BINARY_DIR} -P ${PROJECT_SOURCE_DIR}/coverage/forget.cmake
    VERBATIM)

add_custom_target(report
    COMMAND ${CMAKE_COMMAND} -DSOURCE=${PROJECT_SOURCE_DIR} -DBINARY=${PROJECT_BINARY_DIR}
            -DLCOV=${LCOV} -DGENHTML=${GENHTML} -P ${PROJECT_SOURCE_DIR}/coverage/report.cmake
    USES_TERMINAL VERBATIM)

# The same scenarios with the same seed, twice: the event logs are the same bytes. With another seed they
# are not, or the comparison would mean nothing.
set(folder ${BINARY}/determinism)
include(${CMAKE_CURRENT_LIST_DIR}/event_logs.cmake)

record(7 first)
record(7 second)
record(8 third)

compare(differ first second)
if(differ)
    message(FATAL_ERROR "seed 7 gave two event logs: compare ${folder}/first and second")
endif()
compare(differ first third)
if(NOT differ)
    message(FATAL_ERROR "the seed changes nothing")
endif()

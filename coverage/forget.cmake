# Removes the counts that earlier runs left behind.
file(GLOB_RECURSE counts ${BINARY}/*.gcda)
if(counts)
    file(REMOVE ${counts})
endif()

# bench, the program that measures: Python, as is what reports on it. It finds the workloads by build.json.
find_package(Python3 COMPONENTS Interpreter)
if(NOT Python3_FOUND)
    message(STATUS "bench, make overhead and make profile need python3, which was not found")
    return()
endif()

# Not one that only looks for another, as that one would have to be in PATH.
execute_process(COMMAND ${Python3_EXECUTABLE} -c "import sys; print(sys.executable, end='')" OUTPUT_VARIABLE python)

execute_process(COMMAND ${CMAKE_C_COMPILER} --version OUTPUT_VARIABLE compiler)
string(REGEX REPLACE "\n.*" "" compiler "${compiler}")
if(CMAKE_C_COMPILER_ID STREQUAL "GNU") # it says what it was called: cc, or gcc-12
    string(REGEX REPLACE "^[^ ]+" "gcc" compiler "${compiler}")
endif()
string(SUBSTRING "${loads_json}" 1 -1 loads_json)
file(GENERATE OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/build.json CONTENT "{
  \"compiler\": \"${compiler}\",
  \"flags\": \"${CMAKE_C_FLAGS_RELWITHDEBINFO}\",
  \"hiredis\": \"${hiredis_named}\",
  \"programs\": {\"peers\": \"$<TARGET_FILE:bench-peers>\", \"mockd\": \"$<TARGET_FILE:mockd-server>\"},
  \"loads\": {${loads_json}
  }
}
")

# A program in bin/ that is Python here, and knows this build.
function(add_python_program name)
    file(GENERATE OUTPUT ${PROJECT_BINARY_DIR}/bin/${name} CONTENT "#!/bin/sh
exec ${python} ${CMAKE_CURRENT_SOURCE_DIR}/${name}.py --build ${CMAKE_CURRENT_BINARY_DIR} \"$@\"
" FILE_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
endfunction()
add_python_program(bench)
add_python_program(overhead)
add_python_program(profile)
add_python_program(peers)

add_custom_target(bench-loads DEPENDS ${all_loads})
add_custom_target(bench COMMAND ${PROJECT_BINARY_DIR}/bin/bench --repeat 0 USES_TERMINAL VERBATIM)
add_dependencies(bench bench-loads)

add_custom_target(peers COMMAND ${PROJECT_BINARY_DIR}/bin/peers USES_TERMINAL VERBATIM)
add_dependencies(peers bench-peers mockd-server)

function(add_bench_test name)
    add_test(NAME bench/${name} COMMAND ${ARGN})
    label_test(bench/${name} bench 300)
endfunction()

# The figures in the tree are those of the last commit: what rises has to be meant.
add_bench_test(gate ${PROJECT_BINARY_DIR}/bin/bench --compare ${CMAKE_CURRENT_SOURCE_DIR}/figures)
set_tests_properties(bench/gate PROPERTIES SKIP_RETURN_CODE 4)
add_bench_test(bench ${python} ${CMAKE_CURRENT_SOURCE_DIR}/test_bench.py ${PROJECT_BINARY_DIR}/bin/bench)
add_bench_test(overhead ${python} ${CMAKE_CURRENT_SOURCE_DIR}/test_overhead.py ${PROJECT_BINARY_DIR}/bin/overhead)
add_bench_test(peers ${python} ${CMAKE_CURRENT_SOURCE_DIR}/test_peers.py ${PROJECT_BINARY_DIR}/bin/peers)
if(TARGET known)
    add_bench_test(profile ${python} ${CMAKE_CURRENT_SOURCE_DIR}/test_profile.py ${PROJECT_BINARY_DIR}/bin/profile
                   $<TARGET_FILE:known>)
endif()

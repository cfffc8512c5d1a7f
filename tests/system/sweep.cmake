# The same seed gives the same event log, byte for byte, whichever compiler made scn and however much it
# optimised. Runs SEEDS seeds of a chaotic scenario on SCN, if that is given, and on each of BUILDS, a list of
# "COMPILER FLAG ...", which it makes in BINARY/sweep.
cmake_minimum_required(VERSION 3.25)

set(scenario scenarios/chaos/no-job-is-lost-in-chaos.scn)
set(folder ${BINARY}/sweep)

function(run what)
    execute_process(COMMAND ${ARGN} WORKING_DIRECTORY ${SOURCE}
                    OUTPUT_VARIABLE output ERROR_VARIABLE output RESULT_VARIABLE result)
    if(NOT result EQUAL 0)
        message(FATAL_ERROR "${what} ended with ${result}:\n${output}")
    endif()
endfunction()

# Makes a runner, and gives its path.
function(make build path)
    string(MAKE_C_IDENTIFIER "${build}" name)
    string(REPLACE " " ";" words "${build}")
    list(POP_FRONT words compiler)
    list(JOIN words " " flags)
    run("configuring ${build}" ${CMAKE_COMMAND} -S ${SOURCE} -B ${folder}/${name} -G Ninja
        -DCMAKE_C_COMPILER=${compiler} "-DCMAKE_C_FLAGS=${flags}" -DTESTTUBE_TESTS=OFF)
    run("building ${build}" ${CMAKE_COMMAND} --build ${folder}/${name} --target scn)
    set(${path} ${folder}/${name}/bin/scn PARENT_SCOPE)
endfunction()

if(SCN)
    set(runners ${SCN})
endif()
foreach(build IN LISTS BUILDS)
    make("${build}" path)
    list(APPEND runners ${path})
endforeach()

foreach(seed RANGE 1 ${SEEDS})
    set(first "")
    foreach(runner IN LISTS runners)
        list(FIND runners ${runner} number)
        set(log ${folder}/${number}.log)
        run("${runner}" ${runner} run --seed ${seed} --log ${log} ${scenario})
        file(SHA256 ${log} hash)
        if(first AND NOT hash STREQUAL first)
            message(FATAL_ERROR "seed ${seed} gave two event logs: ${folder}/0.log and ${log}, the second by ${runner}")
        endif()
        set(first ${hash})
    endforeach()
    if(hash IN_LIST hashes)
        message(FATAL_ERROR "seed ${seed} changes nothing")
    endif()
    list(APPEND hashes ${hash})
endforeach()

list(LENGTH runners count)
message("${SEEDS} seeds on ${count} builds: the same event log each time")

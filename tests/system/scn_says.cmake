# What scn answers to files and arguments that cannot be used, and to those that can: exit codes, and words
# that a person needs. Nothing runs unless everything can be read.
set(folder ${BINARY}/scn_says)
file(REMOVE_RECURSE ${folder})
file(MAKE_DIRECTORY ${folder}/empty)

file(WRITE ${folder}/good.scn "# It answers.\ncluster 1\nA> PING\n  +PONG\n")
file(WRITE ${folder}/bad_step.scn "# No such step.\ncluster 1\nA> PING\n  +PONG\nexplode A\n")
file(WRITE ${folder}/bad_value.scn "# No such value.\ncluster 1\nA> PING\n  [1, 2\n")
file(WRITE ${folder}/failing.scn "# It answers otherwise.\ncluster 1\nwait 90s\nA> PING\n  +PING\n")

# scn with these arguments ends with `code`, and says what `pattern` matches.
function(expect code pattern)
    execute_process(COMMAND ${SCN} ${ARGN} WORKING_DIRECTORY ${folder}
                    OUTPUT_VARIABLE said ERROR_VARIABLE said RESULT_VARIABLE result)
    if(NOT result EQUAL code OR NOT said MATCHES "${pattern}")
        message(SEND_ERROR "scn ${ARGN}\nended with ${result}, expected ${code} and ${pattern}:\n${said}")
    endif()
    set(said "${said}" PARENT_SCOPE)
endfunction()

expect(0 "✓ good\\.scn  It answers\\..*1 passed, 0 failed" run good.scn)
expect(0 "TAP version 14\n1\\.\\.1\nok 1 - good\\.scn" run --format tap good.scn)
expect(0 "1 parsed" check good.scn)
expect(0 "--seed" --help)
expect(0 "^scn [0-9]" --version)

expect(1 "failing\\.scn:4.*PING.*PONG.*seed 5" run --seed 5 failing.scn)
expect(1 "not ok 1 - failing\\.scn" run --format tap failing.scn)

expect(2 "bad_step\\.scn:5:1: " run bad_step.scn good.scn)
if(said MATCHES "good")
    message(SEND_ERROR "a scenario ran beside one that cannot be read:\n${said}")
endif()
expect(2 "bad_value\\.scn:4:[0-9]+: " check bad_value.scn)
expect(2 "missing\\.scn: No such file" run missing.scn)
expect(2 "empty: there are no scenarios" run empty)
expect(2 "cannot write empty" run --log empty good.scn)
expect(2 "no files" run)
expect(2 "neither run nor check" walk good.scn)
expect(2 "unknown option: --fast" run --fast good.scn)
expect(2 "needs a value" run good.scn --seed)
expect(1 "does not answer|refused" run --nodes 127.0.0.1:1 good.scn)

# What README.md shows is what is there: its program and its scenario are the files that it names.
file(READ ${SOURCE}/README.md readme)

foreach(shown client/examples/hello.c scenarios/client/a-consumer-on-a-whose-jobs-come-from-b-moves-to-b.scn)
    file(READ ${SOURCE}/${shown} text)
    string(FIND "${readme}" "${text}" at)
    if(at EQUAL -1)
        message(SEND_ERROR "README.md shows another ${shown} than there is")
    endif()
    string(FIND "${readme}" "${shown}" at)
    if(at EQUAL -1)
        message(SEND_ERROR "README.md does not name ${shown}")
    endif()
endforeach()

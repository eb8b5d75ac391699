"""Reading scans: a PDF or a photo comes in, pages go out, each with the code it bears.

from defi.kernel.scans.reading import read
for page in read("scan.pdf", content):     # in a child process, with limits of time and memory
    page.codes                             # which document, which page; empty when no code could be read

`codes` finds the code on a picture, `child` is the process, `reading` starts it, `faults` says what it refused."""

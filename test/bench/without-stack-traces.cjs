// As in the tests: cdktf's stack trace of every computed attribute would be most of what is measured.
Error.captureStackTrace = () => {};

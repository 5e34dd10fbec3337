// Smoketest shows that a deployed private-playback stack plays for those who
// may watch and refuses everybody else.
//
// Usage:
//
//	smoketest --local [--media DIR] [--keep DIR] [--port N]
//	smoketest --stack NAME --signing-key FILE [--playback-key FILE]
//	smoketest --outputs FILE|- --signing-key FILE [--playback-key FILE]
//	smoketest --list
//
// With --local it needs no account: it starts a stand-in for S3, CloudFront and
// IVS in its own process, deploys infra/stack onto it with the Pulumi engine,
// runs the checks and takes everything down again. --media deploys an HLS
// folder of your own in place of the sample. --keep leaves the stack up after
// the checks, until Ctrl-C, and writes into DIR what other clients need to
// reach it.
//
// With --stack it reads the outputs of a stack of the Pulumi project in the
// current folder; with --outputs it reads what `pulumi stack output --json`
// printed, from a file or, with "-", from standard input. The private keys prove
// themselves against the outputs before the first request is sent.
//
// Text goes to standard output: a line per check as it happens, the failures
// again with what was asked, wanted and got, one verdict line. With --format
// json standard output holds one document, described by type Document in
// smoketest/internal/report, and the lines of progress go to standard error.
// Diagnostics always go to standard error. No report holds a signature, policy,
// token, cookie or key.
//
// Exit codes, the same in every format:
//
//	0  every check passed or was skipped with a reason
//	1  the checks could not run, or not to the end: a file, a key, the outputs,
//	   the deployment, an interruption
//	2  the command line is wrong
//	3  at least one check failed
//
// An interrupt (Ctrl-C), SIGTERM or SIGHUP ends the run and takes the local stack down;
// a second one ends the program at once.
package main

// Smoketest shows that a deployed private-playback stack plays for those who
// may watch and refuses everybody else.
//
// Usage:
//
//	smoketest --local [--media DIR] [--keep DIR] [--port N]
//	smoketest --stack NAME --signing-key KEY [--playback-key KEY]
//	smoketest --outputs FILE|- --signing-key KEY [--playback-key KEY]
//	smoketest --list [--format json]
//	smoketest serve [--dir DIR] [--port N] [--media DIR] [--propagation D]
//	smoketest explain [--outputs FILE|- | --stack NAME] [--url URL] [--origin ORIGIN] [--offline] [--timeout D] WHAT
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
// themselves against the outputs before the first request is sent. A key is a PEM
// file, or env:NAME for an environment variable that holds its text, so that a job
// needs no file. --signing-key and --playback-key may be repeated: the first key
// signs what is not about keys, and the checks keys.* try each in its role. What was
// dropped from the stack is given apart, and must open nothing:
//
//	smoketest --stack dev --signing-key env:CURRENT --signing-key next.pem --old-signing-key K2JCJMDEHXQW5F=old.pem
//
// serve runs no check. It keeps the stand-in up until Ctrl-C, says how to deploy to
// it with the pulumi command from another terminal, and has everything there again
// at the next start; see package internal/serve.
//
// explain runs no check either: it says why somebody's URL, cookies or token do not
// open what they should, from themselves and from the answer to one request, and needs
// no private key. WHAT is best read from standard input, with "-":
//
//	smoketest explain --stack dev - < url.txt
//	smoketest explain --stack dev --url https://d111111abcdef8.cloudfront.net/a.m3u8 - < cookies.txt
//
// Its last line is "opens", "refused: " and the id of a row of docs/troubleshooting.md
// ("unknown" if none fits), or "cannot tell" with the row of what came in between; its
// exit code is 3 for what is refused or would be, 0 for what opens or, with --offline,
// nothing speaks against, and 1 where that cannot be told. See package
// smoketest/internal/explain for what is sent and to whom.
//
// A deployment takes minutes to reach every edge. With --propagation 15m a failure
// which that explains is not counted yet: its check is tried again, with pauses in
// which the others go on, until it passes twice or the budget of the run is spent.
// What failed every time is then a failure; what passes and fails in turns is "not
// yet". Over a bad network each request is sent again for up to --timeout.
//
// Text goes to standard output: a line per check as it happens, the failures
// again with what was asked, wanted and got, why and what to do next, the requests in
// numbers, one verdict line. On a terminal a last line shows what is running. --format
// json, junit and tap put a document there instead, and the text onto standard error;
// --format github is for the log of a GitHub Actions job, and appends a summary to the
// file that GITHUB_STEP_SUMMARY names. --report writes files beside that, as many as
// are asked for, among them one page of HTML:
//
//	smoketest --stack dev --signing-key FILE --report smoke.html --report smoke.xml
//
// They are written whole when the run has ended, also when it was interrupted or could
// not start. docs/report.md describes each format. Diagnostics always go to standard
// error. No report holds a signature, policy, token, cookie or key.
//
// --check and --skip select by globs over the ids, in which a star takes dots too, and
// --group by the name of a group or what it begins with. Values of one flag add up,
// different flags narrow, and the verdict line of a selection says of how many checks it
// is one. --slower-than adds a check of speed.
//
// --browser and --ffprobe add checks with clients by others, which need nothing beside
// what a viewer has, on AWS and on the stand-in alike:
//
//	smoketest --stack dev --signing-key FILE --playback-key FILE --browser require --ffprobe require
//
// "require" is an error where the program is not installed, with the command that
// installs it, and a browser that plays no HLS fails its checks; "auto" skips them in
// both cases; "off" is the default, so that a run tries
// the same and takes as long on every machine. --list shows these checks at any time.
//
// The browser is Chromium or Chrome from version 142 on, whose own player plays HLS. Its
// pages are answered from memory under the origins that the stack allows and under one
// that it does not; all else goes to the hosts that the outputs or a playlist name, and
// no other host exists for it. It sees no key, runs in a folder of its own, and leaves
// neither a process nor a file. ffprobe decodes the first twenty seconds of a rendition,
// and a hundred frames of each channel; it does not verify certificates, as no ffmpeg
// does for the segments of a playlist, so that its grants end after five minutes. Where
// HTTPS_PROXY leads to a proxy on this machine, as in a shell of smoketest serve, both go
// there, and the browser trusts SSL_CERT_FILE.
//
// With --record each request and answer goes into a file, once the run has ended:
// status, headers and body, without any secret and without what names the
// deployment, so that it may be published; an existing recording is replaced,
// anything else in the way is not. --compare reads such a file, of any deployment,
// and says where this one answers differently:
//
//	smoketest --stack dev --signing-key FILE --playback-key FILE --record aws.json
//	smoketest --local --compare aws.json
//
// Both run the checks assume.* too, which settle what docs/assumptions.md takes for
// true where AWS is silent; another answer is reported as DIFF, with the assumption.
// Differences are something to know about the services, and no fault of this
// deployment: they do not change the exit code. A program finds them in the JSON
// document. An interrupted run neither records nor compares. See package
// smoketest/internal/recording for what is kept and what is compared.
//
// Exit codes, the same in every format:
//
//	0  every check passed, differs from an assumption, or was skipped with a
//	   reason; serve was stopped; what explain was given opens
//	1  the checks could not run, or not to the end: a file, a key, the outputs,
//	   the deployment, a client that is required, an interruption; or the
//	   recording could not be written; or explain cannot tell
//	2  the command line is wrong
//	3  at least one check failed; or what explain was given is refused
//	4  none failed for good, but a change was still spreading when --propagation
//	   ended
//
// An interrupt (Ctrl-C), SIGTERM or SIGHUP ends the run and takes the local stack down;
// a second one ends the program at once.
package main

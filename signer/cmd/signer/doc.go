// Signer makes and explains, from a terminal, what opens private playback: keys,
// CloudFront signed URLs, cookies and playlists, and Amazon IVS playback tokens.
//
// Usage:
//
//	signer keygen   --kind signing|playback --out PATH
//	signer url      --key KEY --key-id ID --expires T [--resource PATTERN] [--not-before T] [--ip CIDR] [--hash sha1|sha256] URL
//	signer cookies  --key KEY --key-id ID --expires T [--resource PATTERN] [--format headers|json|curl] [URL]
//	signer playlist --key KEY --key-id ID --expires T --base URL [--mode shared|per-uri] < in.m3u8 > out.m3u8
//	signer token    --key KEY --channel ARN --expires T [--origin ORIGIN]... [--viewer-id ID] [--single-use]
//	signer inspect  [--outputs FILE] [--public-key FILE] [--at T] [--ip ADDRESS] [--origin ORIGIN] URL|TOKEN|COOKIES|-
//
// "signer COMMAND -h" tells every flag of a command, with examples. Flags may
// come before or after the operand.
//
// A KEY is a file with a private key in PEM, or a key in AWS KMS: kms:ARN,
// kms:alias/NAME or kms:KEY-ID, found by the default AWS configuration. T is an
// RFC 3339 time, a Unix time in seconds, or a duration from now (1h30m, 7d). With
// --outputs FILE, what `pulumi stack output --json` printed, the key proves that
// it is one of the stack's; it then takes the place of --key-id, and --channel
// may be a channel's name.
//
// The product goes to standard output, all of it or nothing; diagnostics go to
// standard error and hold no key, signature, token or query of a URL. inspect
// prints no secret at all, and reads from standard input with "-", so that
// what it explains stays out of the shell's history.
//
// Exit codes, the same in every format:
//
//	0  done; for inspect, nothing was found that would be refused
//	1  could not: a file, a key, AWS KMS, what AWS or a browser would refuse, an
//	   expiry that is past, text that inspect cannot tell the kind of, an
//	   interruption
//	2  the command line is wrong
//	3  inspect found what would be refused, and why
//
// An interrupt (Ctrl-C), SIGTERM or SIGHUP ends the command.
package main

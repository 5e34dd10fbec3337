// Signer makes keys, CloudFront signed URLs and cookies, and Amazon IVS
// playback tokens by hand from a terminal.
//
//	signer keygen --kind signing --out signing.pem
//	signer url --key signing.pem --key-pair-id K2JCJMDEHXQW5F --expires 1h https://d111111abcdef8.cloudfront.net/sample/ts/master.m3u8
//	signer cookies --key signing.pem --key-pair-id K2JCJMDEHXQW5F --expires 1h --resource 'https://d111111abcdef8.cloudfront.net/sample/*'
//	signer token --key playback.pem --channel arn:aws:ivs:us-west-2:123456789012:channel/abcdABCDefgh --expires 10m
//
// The product goes to stdout, everything else to stderr. Exit codes:
//
//	0  done
//	1  could not: a file, a key, a URL, a policy
//	2  usage: an unknown command or flag, a flag missing or unreadable
package main

// Package kmskey signs with a private key that never leaves AWS KMS. It is a
// package of its own so that programs with PEM keys do not compile the AWS SDK.
//
// # What to call
//
// Open the key once, at start, with [Open], or with [New] and a client of your
// own. Prove that it is the key that AWS was given, then sign with it as with
// any other:
//
//	key, err := kmskey.Open(ctx, "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab")
//	if err != nil {
//		return err
//	}
//	id, err := signer.SigningKeyID(stack.SigningKeys, key)
//	if err != nil {
//		return err
//	}
//	cf, err := signer.NewCloudFront(id, key, signer.WithHash(crypto.SHA256))
//
// KMS signs no SHA-1, which is CloudFront's default. Package signer signs
// SHA-256 with a key like this also without the option; with any other hash,
// every signature is a [signer.ErrHash]. IVS needs no more than
// signer.NewIVS(key).
//
// # Which key
//
//	spec            for         signs                          answers with
//	RSA_2048        CloudFront  RSASSA_PKCS1_V1_5_SHA_256      256 bytes, always the same
//	ECC_NIST_P256   CloudFront  ECDSA_SHA_256                  DER, different each time
//	ECC_NIST_P384   IVS         ECDSA_SHA_384 (ES384)          DER, different each time
//
// CloudFront takes DER as it is; package signer turns it into the r‖s of a
// token. ECC_NIST_P256 makes URLs some 250 bytes shorter. RSA_2048 is the
// cheaper one to call, and the one to take where several servers must write
// the same URL for the same grant, for the sake of caches: KMS offers no
// deterministic ECDSA.
//
// Create the key, with usage SIGN_VERIFY, and read what AWS is to be given
// with signer.MarshalPublicKey(key.Public()):
//
//	aws kms create-key --key-usage SIGN_VERIFY --key-spec ECC_NIST_P256 --description "CloudFront signing key"
//	aws kms create-alias --alias-name alias/playback-signing --target-key-id KEY_ID
//
// # Permissions
//
// The role that signs needs this and nothing more: in IAM, if the key's policy
// leaves it to IAM as the default one does, or in that policy itself, with the
// role as Principal and "*" as Resource.
//
//	{
//	  "Version": "2012-10-17",
//	  "Statement": [{
//	    "Effect": "Allow",
//	    "Action": ["kms:GetPublicKey", "kms:Sign"],
//	    "Resource": "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
//	  }]
//	}
//
// Resource is the key, also where the program names it by alias. A condition
// on kms:RequestAlias does not fit, since signatures are asked for by ARN (see
// [New]); one on kms:MessageType must allow RAW and DIGEST. Whoever may
// kms:Sign may open every video: keep it from people's roles.
//
// # One grant per asset
//
// A call takes milliseconds, counts against a quota of some hundreds a second
// for all such keys of the account and region, and is billed: about $0.03 per
// 10,000 calls for RSA_2048, $0.15 for the ECC specs, with no free tier, and
// $1 a month for the key (https://aws.amazon.com/kms/pricing/, us-east-1).
//
// A two-hour asset of six-second segments has 1,200 URIs in each rendition.
// Signed one by one they cost seconds per viewer, and the first viewers use up
// the quota. One [signer.CloudFront.Grant] for "https://host/asset/*" costs one
// call and opens them all; kept in a [signer.Grants], with its expiry rounded up
// by [signer.RoundUp], it serves every viewer of that hour. So ask
// [signer.CloudFront.Remote], and sign no playlist URI by URI where it says
// true. IVS tokens are one call each, and are asked for when playback starts.
//
// # Rotation
//
// KMS does not rotate asymmetric keys, and must not: AWS holds the public half.
// Create a second key, add its public key to the stack as "next", deploy, make
// it "current", restart or call [New] again, and let the old one retire for as
// long as its last grant lives. Then disable it (aws kms disable-key), and
// delete it only when nothing has missed it. Moving an alias does not move a
// [Key] that is open.
//
// # What is promised
//
//   - The public key is fetched once; [Key.Public] never leaves the process.
//   - Messages of up to 4,096 bytes are sent as they are (RAW), longer ones as
//     their digest (DIGEST).
//   - Every signature is verified with the public key before it is returned.
//   - Every use ends with its context, and after [DefaultTimeout] at the latest
//     unless [WithTimeout] says otherwise. Throttled calls and those that failed
//     inside KMS are tried again by the SDK's client, three times in all unless
//     it is told otherwise.
//   - Errors have classes ([ErrDenied] and so on), name the key and the next
//     step, fit on one line, and hold no secret and no text of the service's.
//
// # What is left out
//
// Other specs, RSASSA-PSS, SHA-384 with RSA, encryption, grant tokens, and the
// caching of signatures, which is for package signer.
package kmskey

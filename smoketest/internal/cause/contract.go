package cause

func contractCauses() []Cause {
	return []Cause{
		{ID: "outputs-stale",
			Seen:   "The outputs disagree with one another, with the keys given, or with what answers",
			Why:    "the outputs are of another deployment, or of before a change",
			Next:   "read them again with pulumi stack output --json, and give the private keys of this stack",
			Source: "https://www.pulumi.com/docs/iac/cli/commands/pulumi_stack_output/"},
		{ID: "outputs-masked",
			Seen:   `A value reads "[secret]", or the outputs cannot be read without a passphrase`,
			Why:    "one secret member hides a whole output, and secrets stay masked without --show-secrets",
			Next:   "keep public values apart from secrets, as infra/outputs does; no check needs a secret",
			Source: "https://github.com/pulumi/pulumi/issues/21141"},
		{ID: "nothing-to-prove",
			Seen:   "Nearly every check is skipped",
			Why:    "the stack has neither content nor channels, so nothing shows that a viewer may play or may not",
			Next:   "set sampleContent or contentDir, name a playlist of the catalogue with --playlist, or add a channel",
			Source: "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/PrivateContent.html"},
		{ID: "key-other",
			Seen:   "The private key is the half of no public key in the outputs",
			Why:    "the key was rotated, or is that of another stack or environment",
			Next:   "compare it with signingKeys and playbackKeys in the outputs: signer keygen writes the public half beside the private one",
			Source: trustedKeys},
		{ID: "key-replaced",
			Seen:   "pulumi up replaces a public key at every run, or fails with PublicKeyInUse",
			Why:    "a CloudFront public key cannot be changed, nor deleted while a key group has it; a PEM without its final newline differs from what AWS gives back",
			Next:   "add the new key, deploy, switch the application, then drop the old one; keep the newline, as infra/stack/keys.go does",
			Source: "https://github.com/hashicorp/terraform-provider-aws/issues/19093"},
	}
}

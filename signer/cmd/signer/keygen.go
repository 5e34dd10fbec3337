package main

import (
	"crypto"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"privateplayback/signer"
)

const keygenUsage = `Usage: signer keygen --kind signing|playback --out PATH

Makes a key pair: the private key in PATH with mode 0600, the public key beside
it (signing.pem, signing.pub.pem). Existing files are not touched.
`

func keygen(args []string, stdout io.Writer) error {
	c := newCommand("keygen", keygenUsage)
	kind := c.String("kind", "", "`KIND` of key, signing (CloudFront, ECDSA P-256) or playback (IVS, ECDSA P-384)")
	out := c.String("out", "", "`PATH` of the private key")
	c.require("kind", "out")
	if err := c.parse(args, 0, stdout); err != nil {
		return err
	}
	var generate func() (crypto.Signer, error)
	switch *kind {
	case "signing":
		generate = signer.GenerateSigningKey
	case "playback":
		generate = signer.GeneratePlaybackKey
	default:
		return usageError{fmt.Errorf("--kind %q, want signing or playback", *kind)}
	}
	public := strings.TrimSuffix(*out, ".pem") + ".pub.pem"
	key, err := generate()
	if err != nil {
		return err
	}
	if err := writePair(key, *out, public); err != nil {
		return err
	}
	fmt.Fprintf(stdout, "wrote %s: private key, mode 0600; keep it out of version control\n", *out)
	fmt.Fprintf(stdout, "wrote %s: public key\n", public)
	fmt.Fprintf(stdout, "next: pulumi config set --path '%sKeys[0].publicKey' < %s\n", *kind, shellQuote(public))
	return nil
}

// writePair writes both halves of key, or neither.
func writePair(key crypto.Signer, private, public string) error {
	privatePEM, err := signer.MarshalPrivateKey(key)
	if err != nil {
		return err
	}
	publicPEM, err := signer.MarshalPublicKey(key.Public())
	if err != nil {
		return err
	}
	// Creating the private file first and then failing on the public one would
	// be undone below; looking first leaves nothing to undo.
	for _, name := range []string{private, public} {
		if _, err := os.Lstat(name); err == nil {
			return existsError(name)
		}
	}
	if err := writeNew(private, privatePEM, 0o600); err != nil {
		return err
	}
	if err := writeNew(public, publicPEM, 0o644); err != nil {
		return errors.Join(err, os.Remove(private))
	}
	return nil
}

// writeNew writes a file that must not exist, whole or not at all.
func writeNew(name string, data []byte, mode fs.FileMode) error {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if errors.Is(err, fs.ErrExist) {
		return existsError(name)
	}
	if err != nil {
		return fmt.Errorf("writing key: %w", err)
	}
	_, err = f.Write(data)
	if err = errors.Join(err, f.Close()); err != nil {
		return errors.Join(fmt.Errorf("writing key: %w", err), os.Remove(name))
	}
	return nil
}

func existsError(name string) error {
	return fmt.Errorf("%s exists; choose another --out, or remove it if no stack uses its key", name)
}

// shellQuote returns name as one word of a POSIX shell.
func shellQuote(name string) string {
	if strings.Trim(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./") == "" {
		return name
	}
	return "'" + strings.ReplaceAll(name, "'", `'\''`) + "'"
}

package main

import (
	"context"
	"crypto"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"privateplayback/signer"
)

const keygenUsage = `Usage: signer keygen --kind signing|playback --out PATH

Makes a key pair: the private key in PATH with mode 0600, the public key beside
it (signing.pem, signing.pub.pem). Existing files are not touched.
`

const keygenExamples = `  signer keygen --kind signing --out signing.pem
  signer keygen --kind playback --out keys/playback.pem
`

func (p *program) keygen(_ context.Context, args []string) error {
	c := newCommand("keygen", keygenUsage, keygenExamples)
	kind := c.String("kind", "", "`KIND` of key: signing (CloudFront, ECDSA P-256) or playback (IVS, ECDSA P-384)")
	out := c.String("out", "", "`PATH` of the private key")
	c.require("kind", "out")
	if err := c.parse(args, 0, p.stdout); err != nil {
		return err
	}
	var generate func() (crypto.Signer, error)
	switch *kind {
	case "signing":
		generate = signer.GenerateSigningKey
	case "playback":
		generate = signer.GeneratePlaybackKey
	default:
		return misused("--kind %q, want signing or playback", *kind)
	}
	if err := checkOut(*kind, *out); err != nil {
		return err
	}
	public := strings.TrimSuffix(*out, ".pem") + ".pub.pem"
	key, err := generate()
	if err != nil {
		return err
	}
	if err := writePair(key, *out, public); err != nil {
		return err
	}
	return p.print(fmt.Sprintf(`wrote %s: private key, mode 0600; keep it out of version control
wrote %s: public key
next: pulumi config set --path '%sKeys[0].publicKey' < %s
`, *out, public, *kind, shellQuote(public)))
}

// checkOut refuses names that are none, or that other commands stumble over.
func checkOut(kind, out string) error {
	info, err := os.Stat(out)
	switch folder := err == nil && info.IsDir(); {
	case out == "-":
		return misused("--out names a file, not standard output: there are two keys to write")
	case strings.HasPrefix(out, "-"):
		return misused("--out %q begins with a dash, which commands take for a flag; write ./%s", out, out)
	case strings.HasSuffix(out, ".pub.pem"):
		return misused("--out %q ends as the name of a public key, and is for the private one; write %s.pem", out, strings.TrimSuffix(out, ".pub.pem"))
	case folder, strings.HasSuffix(out, "/"), strings.HasSuffix(out, "/.pem"), out == ".pem":
		if !folder {
			out = filepath.Dir(out)
		}
		return misused("--out names a folder; write %s", filepath.Join(out, kind+".pem"))
	}
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
	switch {
	case errors.Is(err, fs.ErrExist):
		return existsError(name)
	case errors.Is(err, fs.ErrNotExist):
		folder := filepath.Dir(name)
		return fmt.Errorf("writing key: there is no folder %q; make it with mkdir -p %s", folder, shellQuote(folder))
	case err != nil:
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

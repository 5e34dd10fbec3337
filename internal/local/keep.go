package local

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"privateplayback/signer"
)

// Keep is a folder with the files that let other programs reach a deployment.
type Keep struct {
	dir   string
	made  []string // folders that were not there before, outermost first
	files []string
}

// keepNames are the files that Write writes.
var keepNames = [...]string{"outputs.json", "signing.pem", "playback.pem", "ca.pem", "curl.conf", "aws.env"}

// NewKeep makes dir ready before anything is deployed: it makes the folder if there
// is none, and fails if nothing can be written there or one of the files exists.
func NewKeep(dir string) (*Keep, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	k := &Keep{dir: dir}
	if err := k.makeDir(); err != nil {
		return nil, errors.Join(fmt.Errorf("%w; name another folder", err), k.Remove())
	}
	return k, nil
}

func (k *Keep) makeDir() error {
	for dir := k.dir; ; dir = filepath.Dir(dir) {
		if _, err := os.Lstat(dir); err == nil || dir == filepath.Dir(dir) {
			break
		}
		k.made = slices.Insert(k.made, 0, dir)
	}
	for i, dir := range k.made {
		if err := os.Mkdir(dir, 0o700); err != nil {
			k.made = k.made[:i]
			return err
		}
	}
	for _, name := range keepNames {
		path := filepath.Join(k.dir, name)
		if _, err := os.Lstat(path); err == nil {
			return fmt.Errorf("%q exists already", path)
		}
	}
	probe, err := os.CreateTemp(k.dir, ".probe-")
	if err != nil {
		return err
	}
	return errors.Join(probe.Close(), os.Remove(probe.Name()))
}

// Write writes outputs.json, the private keys signing.pem and playback.pem (mode
// 0600), ca.pem, curl.conf, with which `curl -K DIR/curl.conf URL` finds AWS's host
// names at the stand-in, and aws.env (mode 0600), which a shell reads so that
// `aws s3` works on the bucket as the account's owner. It overwrites nothing, and after an error Remove
// leaves nothing.
func (k *Keep) Write(d *Deployment) error {
	signing, err := signer.MarshalPrivateKey(d.SigningKey)
	if err != nil {
		return err
	}
	playback, err := signer.MarshalPrivateKey(d.PlaybackKey)
	if err != nil {
		return err
	}
	ca := filepath.Join(k.dir, "ca.pem")
	for _, f := range []keepFile{
		{"outputs.json", d.OutputsJSON, 0o644},
		{"signing.pem", signing, 0o600},
		{"playback.pem", playback, 0o600},
		{"ca.pem", d.endpoint.CAPEM(), 0o644},
		{"curl.conf", []byte(d.curlConfig(ca)), 0o644},
		{"aws.env", []byte(d.awsEnvironment(ca)), 0o600},
	} {
		if err := f.write(k.dir); err != nil {
			return err
		}
		k.files = append(k.files, f.name)
	}
	return nil
}

// Remove deletes the files, which are of no use once the stand-in has ended, and
// the folders that were made, unless the user put something there.
func (k *Keep) Remove() error {
	var all error
	for _, name := range k.files {
		if err := os.Remove(filepath.Join(k.dir, name)); !errors.Is(err, os.ErrNotExist) {
			all = errors.Join(all, err)
		}
	}
	for _, dir := range slices.Backward(k.made) {
		if os.Remove(dir) != nil {
			break
		}
	}
	k.files, k.made = nil, nil
	return all
}

type keepFile struct {
	name string
	data []byte
	mode os.FileMode
}

// write makes the file whole or not at all, and never over another.
func (f keepFile) write(dir string) error {
	file, err := os.OpenFile(filepath.Join(dir, f.name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, f.mode)
	if err != nil {
		return err
	}
	_, err = file.Write(f.data)
	if err = errors.Join(err, file.Close()); err != nil {
		return errors.Join(err, os.Remove(file.Name()))
	}
	return nil
}

// curlConfig makes the stand-in the proxy, in the syntax of
// https://curl.se/docs/manpage.html#-K.
func (d *Deployment) curlConfig(ca string) string {
	return "# curl -K this-file URL: AWS's host names, answered by the local stand-in\n" +
		"cacert = " + curlQuote(ca) + "\n" +
		"proxy = " + curlQuote("http://"+d.endpoint.Addr()) + "\n" +
		"noproxy = \"\"\n"
}

// awsEnvironment points the AWS CLI and SDKs at the stand-in's S3, by the variables of
// https://docs.aws.amazon.com/sdkref/latest/guide/environment-variables.html.
func (d *Deployment) awsEnvironment(ca string) string {
	var b strings.Builder
	b.WriteString("# . this-file, and `aws s3 ls` shows the local stand-in's buckets\n")
	for _, v := range [][2]string{
		{"AWS_ACCESS_KEY_ID", d.owner.ID}, {"AWS_SECRET_ACCESS_KEY", d.owner.Secret}, {"AWS_SESSION_TOKEN", ""},
		{"AWS_REGION", d.Cloud.Region}, {"AWS_DEFAULT_REGION", d.Cloud.Region},
		{"AWS_ENDPOINT_URL_S3", "https://" + d.endpoint.Addr()}, {"AWS_CA_BUNDLE", ca},
		{"AWS_CONFIG_FILE", os.DevNull}, {"AWS_SHARED_CREDENTIALS_FILE", os.DevNull}, {"AWS_EC2_METADATA_DISABLED", "true"},
	} {
		b.WriteString(Export(v[0], v[1]))
	}
	return b.String()
}

// Export is a line of a shell script that sets a variable for the shell's programs.
func Export(name, value string) string { return "export " + name + "=" + ShellWord(value) + "\n" }

// ShellWord writes a text as one word of a shell.
func ShellWord(text string) string {
	const plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:=,"
	if text != "" && strings.Trim(text, plain) == "" {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}

// curlQuote writes a text as curl's configuration reads it: other than in Go, only
// these characters have escapes.
func curlQuote(text string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\t", `\t`, "\n", `\n`, "\r", `\r`, "\v", `\v`).Replace(text) + `"`
}

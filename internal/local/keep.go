package local

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"privateplayback/infra/outputs"
	"privateplayback/signer"
)

// Kept is the files that let other programs reach a deployment.
type Kept struct {
	dir     string
	names   []string
	madeDir bool
}

// Keep writes into dir what another client needs: outputs.json, the private keys
// signing.pem and playback.pem (mode 0600), ca.pem, and curl.conf, with which
// `curl -K DIR/curl.conf URL` finds AWS's host names here. It makes dir if there
// is none, and overwrites nothing: if one of the files exists, it writes none.
func (d *Deployment) Keep(dir string) (*Kept, error) {
	files, err := d.keepFiles(dir)
	if err != nil {
		return nil, err
	}
	if err := CheckKeepDir(dir); err != nil {
		return nil, err
	}
	k := &Kept{dir: dir}
	if _, err := os.Stat(dir); errors.Is(err, os.ErrNotExist) {
		k.madeDir = true
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return nil, err
		}
	}
	for _, f := range files {
		if err := f.write(dir); err != nil {
			return nil, errors.Join(err, k.Remove())
		}
		k.names = append(k.names, f.name)
	}
	return k, nil
}

// Remove deletes the files, which are of no use once the stand-in has ended.
func (k *Kept) Remove() error {
	var all error
	for _, name := range k.names {
		all = errors.Join(all, os.Remove(filepath.Join(k.dir, name)))
	}
	if k.madeDir {
		os.Remove(k.dir) // stays if the user put something of his own there
	}
	return all
}

// keepNames are the files that Keep writes.
var keepNames = [...]string{"outputs.json", "signing.pem", "playback.pem", "ca.pem", "curl.conf"}

// CheckKeepDir tells, before anything is deployed, whether Keep could write into
// dir.
func CheckKeepDir(dir string) error {
	if info, err := os.Stat(dir); err == nil && !info.IsDir() {
		return fmt.Errorf("%q is a file; name a folder", dir)
	}
	for _, name := range keepNames {
		path := filepath.Join(dir, name)
		if _, err := os.Lstat(path); err == nil {
			return fmt.Errorf("%q exists already; name another folder or remove it", path)
		}
	}
	return nil
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

func (d *Deployment) keepFiles(dir string) ([]keepFile, error) {
	signing, err := signer.MarshalPrivateKey(d.SigningKey)
	if err != nil {
		return nil, err
	}
	playback, err := signer.MarshalPrivateKey(d.PlaybackKey)
	if err != nil {
		return nil, err
	}
	curl, err := d.curlConfig(dir)
	if err != nil {
		return nil, err
	}
	return []keepFile{
		{"outputs.json", d.OutputsJSON, 0o644},
		{"signing.pem", signing, 0o600},
		{"playback.pem", playback, 0o600},
		{"ca.pem", d.endpoint.CAPEM(), 0o644},
		{"curl.conf", []byte(curl), 0o644},
	}, nil
}

// curlConfig maps the stack's hosts to the stand-in, in the syntax of
// https://curl.se/docs/manpage.html#-K.
func (d *Deployment) curlConfig(dir string) (string, error) {
	s, err := outputs.Parse(d.OutputsJSON)
	if err != nil {
		return "", err
	}
	ca, err := filepath.Abs(filepath.Join(dir, "ca.pem"))
	if err != nil {
		return "", err
	}
	hosts := []string{s.DistributionDomainName, s.BucketRegionalDomainName, "s3." + s.Region + ".amazonaws.com"}
	hosts = append(hosts, d.Cloud.IVS.Hosts()...)
	var b strings.Builder
	fmt.Fprintf(&b, "# curl -K this-file URL: AWS's host names, answered by the local stand-in\n")
	fmt.Fprintf(&b, "cacert = %q\nnoproxy = \"*\"\n", ca)
	for _, host := range hosts {
		for _, port := range []string{"443", "80"} {
			fmt.Fprintf(&b, "connect-to = \"%s:%s:%s\"\n", host, port, d.endpoint.Addr())
		}
	}
	return b.String(), nil
}

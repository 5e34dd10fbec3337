package signer_test

import (
	"bytes"
	"crypto"
	"crypto/ecdh"
	"crypto/rand"
	"crypto/x509"
	"encoding/asn1"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"strings"
	"testing"

	"privateplayback/signer"
)

func block(kind string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}

func pkcs1() string { return block("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(rsa2048())) }
func sec1() string  { return block("EC PRIVATE KEY", must(x509.MarshalECPrivateKey(p256()))) }

func pkcs8(key any) string { return block("PRIVATE KEY", must(x509.MarshalPKCS8PrivateKey(key))) }
func spki(key any) string  { return block("PUBLIC KEY", must(x509.MarshalPKIXPublicKey(key))) }

// parameters is the block that openssl ecparam -genkey writes before the key.
func parameters() string {
	return block("EC PARAMETERS", must(asn1.Marshal(asn1.ObjectIdentifier{1, 2, 840, 10045, 3, 1, 7})))
}

// secp256k1 is a SEC1 key on a curve that Go and AWS do not know.
func secp256k1() []byte {
	return must(asn1.Marshal(struct {
		Version int
		Key     []byte
		Curve   asn1.ObjectIdentifier `asn1:"explicit,tag:0"`
	}{1, bytes.Repeat([]byte{7}, 32), asn1.ObjectIdentifier{1, 3, 132, 0, 10}}))
}

func TestParsePrivateKey(t *testing.T) {
	for _, tt := range []struct {
		name, pem string
		want      crypto.Signer
	}{
		{"PKCS#1", pkcs1(), rsa2048()},
		{"SEC1", sec1(), p256()},
		{"SEC1 after EC PARAMETERS", parameters() + sec1(), p256()},
		{"SEC1 with CRLF", strings.ReplaceAll(sec1(), "\n", "\r\n"), p256()},
		{"text around the block", "my key\n" + sec1() + "\nend\n", p256()},
		{"byte order mark", "\ufeff" + sec1(), p256()},
		{"bag attributes of openssl pkcs12", "Bag Attributes\n    friendlyName: k\nKey Attributes: <No Attributes>\n" + pkcs8(p256()), p256()},
		{"PEM headers", string(pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Headers: map[string]string{"Comment": "ours"}, Bytes: must(x509.MarshalECPrivateKey(p256()))})), p256()},
		{"final spaces on each line", strings.ReplaceAll(sec1(), "\n", " \n"), p256()},
		{"no final newline", strings.TrimSpace(sec1()), p256()},
		{"PKCS#8 RSA", pkcs8(rsa2048()), rsa2048()},
		{"PKCS#8 P-256", pkcs8(p256()), p256()},
		{"PKCS#8 P-384", pkcs8(p384()), p384()},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := signer.ParsePrivateKey([]byte(tt.pem))
			if err != nil {
				t.Fatal(err)
			}
			if !tt.want.(interface{ Equal(crypto.PrivateKey) bool }).Equal(got) {
				t.Error("ParsePrivateKey returned another key")
			}
		})
	}
}

func TestParsePrivateKeyRefuses(t *testing.T) {
	for _, tt := range []struct {
		name, pem string
		class     error
		want      []string // what the error names: the thing found, the next step
	}{
		{"empty", " \n", signer.ErrKeyFormat, []string{"empty", "pass the PEM"}},
		{"no PEM", "hello", signer.ErrKeyFormat, []string{"no PEM block", "-----BEGIN"}},
		{"DER", string(must(x509.MarshalECPrivateKey(p256()))), signer.ErrKeyFormat, []string{"no PEM block"}},
		{"truncated", sec1()[:100], signer.ErrKeyFormat, []string{"damaged", "copy"}},
		{"escaped line breaks", strings.ReplaceAll(sec1(), "\n", `\n`), signer.ErrKeyFormat, []string{`\n`, "real line breaks"}},
		{"two keys", sec1() + pkcs1(), signer.ErrKeyFormat, []string{"RSA PRIVATE KEY", "EC PRIVATE KEY", "keep one"}},
		{"key and its public half", sec1() + spki(p256().Public()), signer.ErrKeyFormat, []string{"PUBLIC KEY after EC PRIVATE KEY", "keep one"}},
		{"certificate and key", block("CERTIFICATE", nil) + sec1(), signer.ErrKeyFormat, []string{"EC PRIVATE KEY after CERTIFICATE", "keep one"}},
		{"old Mac line breaks", strings.ReplaceAll(sec1(), "\n", "\r"), signer.ErrKeyFormat, []string{"damaged"}},
		{"encrypted PKCS#8", block("ENCRYPTED PRIVATE KEY", []byte{1}), signer.ErrKeyFormat, []string{"encrypted", "openssl pkey"}},
		{"encrypted PKCS#1", string(pem.EncodeToMemory(&pem.Block{
			Type:    "RSA PRIVATE KEY",
			Headers: map[string]string{"Proc-Type": "4,ENCRYPTED", "DEK-Info": "AES-256-CBC,00"},
			Bytes:   []byte{1},
		})), signer.ErrKeyFormat, []string{"encrypted", "openssl pkey"}},
		{"damaged content", block("EC PRIVATE KEY", []byte("nonsense")), signer.ErrKeyFormat, []string{"EC PRIVATE KEY", "damaged"}},
		{"mislabelled", block("RSA PRIVATE KEY", must(x509.MarshalECPrivateKey(p256()))), signer.ErrKeyFormat, []string{"RSA PRIVATE KEY", "another type"}},
		{"only EC PARAMETERS", parameters(), signer.ErrKeyFormat, []string{"damaged PEM block"}},
		{"public key", spki(p256().Public()), signer.ErrKeyKind, []string{"public key", "private key file"}},
		{"PKCS#1 public key", block("RSA PUBLIC KEY", nil), signer.ErrKeyKind, []string{"public key"}},
		{"certificate", block("CERTIFICATE", nil), signer.ErrKeyKind, []string{"certificate", "private key file"}},
		{"OpenSSH", block("OPENSSH PRIVATE KEY", nil), signer.ErrKeyKind, []string{"OpenSSH", "signer keygen"}},
		{"other", block("DH PARAMETERS", nil), signer.ErrKeyKind, []string{"DH PARAMETERS", "PRIVATE KEY"}},
		{"RSA 1024", pkcs8(rsa1024()), signer.ErrKeyKind, []string{"RSA 1024", "RSA 2048"}},
		{"RSA 3072", pkcs8(rsa3072()), signer.ErrKeyKind, []string{"RSA 3072", "RSA 2048"}},
		{"X25519", pkcs8(must(ecdh.X25519().GenerateKey(rand.Reader))), signer.ErrKeyKind, []string{"cannot sign"}},
		{"P-521", pkcs8(p521()), signer.ErrKeyKind, []string{"ECDSA P-521", "ECDSA P-256"}},
		{"Ed25519", pkcs8(ed()), signer.ErrKeyKind, []string{"Ed25519", "signer keygen"}},
		{"secp256k1", block("EC PRIVATE KEY", secp256k1()), signer.ErrKeyKind, []string{"curve", "signer keygen"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := signer.ParsePrivateKey([]byte(tt.pem))
			checkRefusal(t, err, tt.class, tt.want...)
			checkNoMaterial(t, err, tt.pem)
		})
	}
}

func TestParsePublicKey(t *testing.T) {
	for _, key := range []crypto.Signer{rsa2048(), p256(), p384()} {
		got, err := signer.ParsePublicKey([]byte(spki(key.Public())))
		if err != nil {
			t.Fatal(err)
		}
		if !key.Public().(interface{ Equal(crypto.PublicKey) bool }).Equal(got) {
			t.Errorf("ParsePublicKey of a %T returned another key", key)
		}
	}
}

func TestParsePublicKeyRefuses(t *testing.T) {
	for _, tt := range []struct {
		name, pem string
		class     error
		want      []string
	}{
		{"empty", "", signer.ErrKeyFormat, []string{"empty", "public key"}},
		{"private key", sec1(), signer.ErrKeyKind, []string{"private key", "-pubout"}},
		{"encrypted private key", block("ENCRYPTED PRIVATE KEY", nil), signer.ErrKeyKind, []string{"private key"}},
		{"PKCS#1", block("RSA PUBLIC KEY", nil), signer.ErrKeyKind, []string{"PKCS#1", "openssl rsa"}},
		{"certificate", block("CERTIFICATE", nil), signer.ErrKeyKind, []string{"certificate", "openssl x509"}},
		{"other", block("X", nil), signer.ErrKeyKind, []string{`"X"`, "PUBLIC KEY"}},
		{"damaged content", block("PUBLIC KEY", []byte("nonsense")), signer.ErrKeyFormat, []string{"damaged"}},
		{"RSA 1024", spki(rsa1024().Public()), signer.ErrKeyKind, []string{"RSA 1024"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := signer.ParsePublicKey([]byte(tt.pem))
			checkRefusal(t, err, tt.class, tt.want...)
			checkNoMaterial(t, err, tt.pem)
		})
	}
}

// checkRefusal checks the class of an error, that it is one line, and what it
// names.
func checkRefusal(t *testing.T, err, class error, want ...string) {
	t.Helper()
	if !errors.Is(err, class) {
		t.Fatalf("error %v, want class %q", err, class)
	}
	if strings.Contains(err.Error(), "\n") {
		t.Errorf("error %q is more than one line", err)
	}
	for _, w := range want {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("error %q, want it to name %q", err, w)
		}
	}
}

// checkNoMaterial checks that no eight characters in a row of the base64 of
// a PEM are in the error.
func checkNoMaterial(t *testing.T, err error, text string) {
	t.Helper()
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if _, bad := base64.StdEncoding.DecodeString(line); bad != nil {
			continue
		}
		for i := 0; i+8 <= len(line); i++ {
			if strings.Contains(err.Error(), line[i:i+8]) {
				t.Fatalf("error %q holds part of the key", err)
			}
		}
	}
}

func FuzzParsePrivateKey(f *testing.F) {
	for _, s := range []string{"", "hello", sec1(), parameters() + sec1(), pkcs1(), pkcs8(p384()), spki(p256().Public())} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		key, err := signer.ParsePrivateKey(data)
		if (key == nil) == (err == nil) {
			t.Errorf("ParsePrivateKey = %T, %v, want a key or an error", key, err)
		}
		if err != nil && !errors.Is(err, signer.ErrKeyFormat) && !errors.Is(err, signer.ErrKeyKind) {
			t.Errorf("ParsePrivateKey: error %v has no class", err)
		}
	})
}

package check

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"encoding/binary"
	"errors"
	"fmt"
)

// mediaKind is what the bytes of a resource turned out to be.
type mediaKind string

const (
	transportStream mediaKind = "MPEG-TS"
	fragmentedMP4   mediaKind = "fragmented MP4"
	packedAudio     mediaKind = "packed audio"
	webVTT          mediaKind = "WebVTT"
)

// recognize tells by its bytes what a segment is and checks its structure to
// the end. HLS has these four kinds:
// https://www.rfc-editor.org/rfc/rfc8216#section-3
func recognize(body []byte) (mediaKind, error) {
	switch {
	case len(body) == 0:
		return "", errors.New("empty, want media")
	case body[0] == 0x47:
		return transportStream, checkTransportStream(body)
	case isBox(body):
		return fragmentedMP4, checkBoxes(body, "moof")
	case bytes.HasPrefix(body, []byte("ID3")), len(body) > 1 && body[0] == 0xff && body[1]&0xf0 == 0xf0:
		return packedAudio, nil
	case bytes.HasPrefix(bytes.TrimPrefix(body, []byte("\ufeff")), []byte("WEBVTT")):
		return webVTT, nil
	}
	return "", fmt.Errorf("starts with % x, want MPEG-TS (47) or fragmented MP4", body[:min(len(body), 8)])
}

// checkTransportStream wants whole packets of 188 bytes, each with its sync
// byte (ISO/IEC 13818-1, 2.4.3.2).
func checkTransportStream(body []byte) error {
	const packet = 188
	for i := 0; i < len(body); i += packet {
		if body[i] != 0x47 {
			return fmt.Errorf("no MPEG-TS sync byte at offset %d", i)
		}
	}
	if rest := len(body) % packet; rest != 0 {
		return fmt.Errorf("%d bytes are no whole number of MPEG-TS packets: %d are left over", len(body), rest)
	}
	return nil
}

// isBox reports whether body starts with a box that begins an ISO BMFF segment
// or initialization section.
func isBox(body []byte) bool {
	if len(body) < 8 {
		return false
	}
	switch string(body[4:8]) {
	case "ftyp", "styp", "moof", "moov", "sidx", "emsg", "prft":
		return true
	}
	return false
}

// checkBoxes walks the top-level boxes to the end of body and wants one of the
// given type among them (ISO/IEC 14496-12, 4.2).
func checkBoxes(body []byte, want string) error {
	found := false
	for at := uint64(0); at < uint64(len(body)); {
		rest := body[at:]
		if len(rest) < 8 {
			return fmt.Errorf("MP4 box at offset %d is cut off", at)
		}
		size := uint64(binary.BigEndian.Uint32(rest))
		switch {
		case size == 0:
			size = uint64(len(rest))
		case size == 1 && len(rest) >= 16:
			size = binary.BigEndian.Uint64(rest[8:])
		}
		if size < 8 || size > uint64(len(rest)) {
			return fmt.Errorf("MP4 box %q at offset %d claims %d bytes, %d are there", rest[4:8], at, size, len(rest))
		}
		found = found || string(rest[4:8]) == want
		at += size
	}
	if !found {
		return fmt.Errorf("no %q box among the MP4 boxes", want)
	}
	return nil
}

// decrypt undoes AES-128 of a whole segment: CBC with PKCS #7 padding.
// https://www.rfc-editor.org/rfc/rfc8216#section-5.2
func decrypt(body, key, iv []byte) ([]byte, error) {
	if len(key) != aes.BlockSize {
		return nil, fmt.Errorf("the key has %d bytes, want %d", len(key), aes.BlockSize)
	}
	if len(body) == 0 || len(body)%aes.BlockSize != 0 {
		return nil, fmt.Errorf("%d encrypted bytes are no whole number of AES blocks", len(body))
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	plain := make([]byte, len(body))
	cipher.NewCBCDecrypter(block, iv).CryptBlocks(plain, body)
	pad := int(plain[len(plain)-1])
	if pad == 0 || pad > aes.BlockSize || !bytes.Equal(plain[len(plain)-pad:], bytes.Repeat([]byte{byte(pad)}, pad)) {
		return nil, errors.New("decrypts to no valid padding: the key or the IV is not the one it was encrypted with")
	}
	return plain[:len(plain)-pad], nil
}

// sequenceIV is the IV of a segment whose EXT-X-KEY names none.
func sequenceIV(sequence uint64) []byte {
	iv := make([]byte, aes.BlockSize)
	binary.BigEndian.PutUint64(iv[8:], sequence)
	return iv
}

package check

import (
	"bytes"
	"testing"
)

func TestRecognize(t *testing.T) {
	tests := []struct {
		name string
		in   []byte
		want mediaKind
	}{
		{"transport stream", packets(7), transportStream},
		{"fragment", boxes(box("styp", 4), box("moof", 16), box("mdat", 5)), fragmentedMP4},
		{"fragment without a type", boxes(box("moof", 16), box("mdat", 5)), fragmentedMP4},
		{"last box to the end", append(boxes(box("moof", 16)), 0, 0, 0, 0, 'm', 'd', 'a', 't', 1, 2), fragmentedMP4},
		{"box with a long size", append(boxes(box("moof", 16)), 0, 0, 0, 1, 'm', 'd', 'a', 't', 0, 0, 0, 0, 0, 0, 0, 17, 9), fragmentedMP4},
		{"audio with a tag", []byte("ID3\x04"), packedAudio},
		{"audio", []byte{0xff, 0xf1, 0x50}, packedAudio},
		{"subtitles", []byte("\ufeffWEBVTT\n"), webVTT},
	}
	for _, tt := range tests {
		if got, err := recognize(tt.in); err != nil || got != tt.want {
			t.Errorf("%s: recognize = %q, %v; want %q", tt.name, got, err, tt.want)
		}
	}
}

func TestRecognizeRefuses(t *testing.T) {
	lost := packets(7)
	lost[188*4] = 0
	tests := []struct {
		name string
		in   []byte
	}{
		{"empty", nil},
		{"text", []byte("#EXTM3U")},
		{"XML", []byte("<?xml version=\"1.0\"?><Error/>")},
		{"lost sync byte", lost},
		{"cut transport stream", packets(7)[:188*6+10]},
		{"no fragment", boxes(box("styp", 4), box("mdat", 5))},
		{"initialization in place of a fragment", boxes(box("ftyp", 8), box("moov", 30))},
		{"cut fragment", boxes(box("moof", 16), box("mdat", 500))[:100]},
		{"box smaller than its header", append(boxes(box("moof", 16)), 0, 0, 0, 4, 'm', 'd', 'a', 't')},
		{"box beyond any size", append(boxes(box("moof", 16)), 0, 0, 0, 1, 'm', 'd', 'a', 't', 255, 255, 255, 255, 255, 255, 255, 255)},
		{"cut box header", append(boxes(box("moof", 16)), 0, 0, 0)},
	}
	for _, tt := range tests {
		if got, err := recognize(tt.in); err == nil {
			t.Errorf("%s: recognize = %q, want an error", tt.name, got)
		}
	}
}

func TestDecrypt(t *testing.T) {
	key, iv := bytes.Repeat([]byte{7}, 16), sequenceIV(258)
	if want := []byte{14: 1, 15: 2}; !bytes.Equal(iv, want) {
		t.Errorf("sequenceIV(258) = % x, want % x", iv, want)
	}
	for _, n := range []int{0, 1, 15, 16, 188} {
		plain := bytes.Repeat([]byte{0x47}, n)
		got, err := decrypt(encrypt(t, plain, key, iv), key, iv)
		if err != nil || !bytes.Equal(got, plain) {
			t.Errorf("decrypt of %d bytes = % x, %v", n, got, err)
		}
	}
	cipherText := encrypt(t, packets(1), key, iv)
	for name, tt := range map[string]struct{ body, key []byte }{
		"short key":  {cipherText, key[:8]},
		"wrong key":  {cipherText, bytes.Repeat([]byte{8}, 16)},
		"cut block":  {cipherText[:20], key},
		"cut blocks": {cipherText[:32], key},
		"nothing":    {nil, key},
	} {
		if got, err := decrypt(tt.body, tt.key, iv); err == nil {
			t.Errorf("%s: decrypt = %d bytes, want an error", name, len(got))
		}
	}
}

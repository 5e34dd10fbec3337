package check

import (
	"slices"
	"testing"
)

func TestStreamsOf(t *testing.T) {
	whole := streams{video: true, audio: true, start: true}
	tests := []struct {
		name          string
		segment, init []byte
		want          streams
	}{
		{"transport stream", tsSegment(withPicture | withSound | withKeyFrame), nil, whole},
		{"with an indicator alone", tsSegment(withPicture | withSound | withIndicator), nil, whole},
		{"without key frames", tsSegment(withPicture | withSound), nil, streams{video: true, audio: true}},
		{"without sound", tsSegment(withPicture | withKeyFrame), nil, streams{video: true, start: true}},
		{"without a picture", tsSegment(withSound), nil, streams{audio: true}},
		{"with a packet of nothing", slices.Concat(tsSegment(withSound), packets(1)), nil, streams{audio: true}},
		{"fragment with a first key frame", mp4Segment(mp4Run(1, words(0x4, 2, 0)), mp4Run(2, words(0, 3))), mp4Init(), whole},
		{"fragment with flags of each sample", mp4Segment(mp4Run(1, words(0x701, 2, 0, 9, 9, notSync, 9, 9, 0)), mp4Run(2, words(0, 3))), mp4Init(), whole},
		{"fragment without key frames", mp4Segment(mp4Run(1, words(0x401, 1, 0, notSync)), mp4Run(2, words(0, 3))), mp4Init(), streams{video: true, audio: true}},
		{"fragment without a key frame by default", mp4Segment(mp4Run(1, words(0, 5))), mp4Init(), streams{video: true}},
		{"fragment with flags of its own", mp4Segment(full("traf", full("tfhd", words(0x28, 1, 9, 0)), full("trun", words(0, 1)))), mp4Init(),
			streams{video: true, start: true}},
		{"fragment without samples", mp4Segment(mp4Run(1, words(0, 0))), mp4Init(), streams{}},
	}
	for _, tt := range tests {
		var init *exchange
		if tt.init != nil {
			init = &exchange{body: tt.init}
		}
		if got, err := streamsOf(&exchange{body: tt.segment}, init); err != nil || got != tt.want {
			t.Errorf("%s: streamsOf = %+v, %v; want %+v", tt.name, got, err, tt.want)
		}
	}
}

func TestStreamsOfRefuses(t *testing.T) {
	good := tsSegment(withPicture | withSound | withKeyFrame)
	tests := []struct {
		name          string
		segment, init []byte
	}{
		{"no tables", packets(3), nil},
		{"no association table", good[packetSize:], nil},
		{"no map", slices.Concat(good[:packetSize], good[2*packetSize:]), nil},
		{"cut packet", good[:len(good)-1], nil},
		{"fragment without initialization", mp4Segment(mp4Run(1, words(0, 1))), nil},
		{"initialization without tracks", mp4Segment(mp4Run(1, words(0, 1))), box("moov", 8)},
		{"initialization of another kind", mp4Segment(mp4Run(1, words(0, 1))), packets(1)},
		{"text", []byte("<html>"), nil},
	}
	for _, tt := range tests {
		var init *exchange
		if tt.init != nil {
			init = &exchange{body: tt.init}
		}
		if got, err := streamsOf(&exchange{body: tt.segment}, init); err == nil {
			t.Errorf("%s: streamsOf = %+v, want an error", tt.name, got)
		}
	}
}

// Whatever a segment holds, reading it ends without a panic.
func FuzzStreams(f *testing.F) {
	f.Add(tsSegment(withPicture|withSound|withKeyFrame), []byte(nil))
	f.Add(mp4Segment(mp4Run(1, words(0x401, 1, 0, notSync))), mp4Init())
	f.Fuzz(func(t *testing.T, segment, init []byte) {
		found, err := streamsOf(&exchange{body: segment}, &exchange{body: init})
		if err == nil && found.start && !found.video && segment[0] != 0x47 {
			t.Errorf("a key frame without a picture: %+v", found)
		}
	})
}

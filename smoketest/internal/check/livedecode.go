package check

import (
	"context"
	"errors"
)

// segmentDecodes demands what a decoder needs: the tables, a picture unless CODECS
// names sound alone, sound if CODECS names it, and a key frame.
func segmentDecodes(ctx context.Context, v *spectator, r rendition) error {
	segment, init, err := v.newest(ctx, r)
	if err != nil {
		return err
	}
	found, err := streamsOf(segment, init)
	if err == nil {
		sound := r.has(audioCodecs)
		err = found.lacks(!sound || r.has(videoCodecs), sound)
	}
	if err != nil {
		return &Failure{Asked: segment.asked, Want: "media that a player can decode, with what CODECS of the variant names",
			Got: Mask(err.Error()), Cause: "stream-undecodable"}
	}
	return nil
}

func streamsOf(segment, init *exchange) (streams, error) {
	kind, err := recognize(segment.body)
	switch {
	case err != nil:
		return streams{}, err
	case kind == transportStream:
		return demultiplex(segment.body)
	case kind == fragmentedMP4 && init == nil:
		return streams{}, errors.New("fragmented MP4 without EXT-X-MAP")
	case kind == fragmentedMP4:
		return fragments(init.body, segment.body)
	case kind == packedAudio:
		return streams{audio: true}, nil
	}
	return streams{}, nil
}

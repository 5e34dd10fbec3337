package check

import "strings"

// lacks is a skip that names the first need that the target cannot serve, or nil.
// Whether somebody broadcasts shows only when a channel is asked.
func (s *session) lacks(needs []Need) error {
	for _, need := range needs {
		var err error
		switch need {
		case NeedContent:
			_, err = s.entries()
		case NeedOrigins:
			_, _, err = s.origins()
		case NeedChannel:
			_, err = s.channels()
		case NeedOldKey:
			if s.OldSigningKey == nil && s.OldPlaybackKey == nil {
				err = skip("no key that was dropped from the stack was given")
			}
		case NeedOwnDomain:
			if strings.HasSuffix(s.base.Hostname(), ".cloudfront.net") {
				err = skip("the distribution has no domain of its own")
			}
		case NeedBrowser:
			if s.Screen == nil {
				err = skip("no Chromium or Chrome is installed: apt-get install -y --no-install-recommends chromium")
			}
		case NeedFFprobe:
			if s.Prober == nil {
				err = skip("no ffprobe is installed: apt-get install -y --no-install-recommends ffmpeg")
			}
		case NeedStream:
		}
		if err != nil {
			return err
		}
	}
	return nil
}

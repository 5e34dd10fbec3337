package bucket_test

import (
	"fmt"
	"net/http/httptest"

	"privateplayback/internal/fakeaws/bucket"
)

func Example() {
	const identity = "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E2EXAMPLE1OAI"
	s := bucket.New(bucket.Options{
		Region:          "eu-central-1",
		PrincipalExists: func(arn string) bool { return arn == identity },
	})
	s.CreateBucket("media")
	s.PutObject("media", "movie.m3u8", bucket.Object{Body: []byte("#EXTM3U\n"), ContentType: "application/vnd.apple.mpegurl"})
	s.PutPolicy("media", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"`+identity+`"},
		"Action":"s3:GetObject","Resource":"arn:aws:s3:::media/*"}]}`)

	for _, principal := range []string{"", identity} {
		r := httptest.NewRequest("GET", "https://media.s3.eu-central-1.amazonaws.com/movie.m3u8", nil)
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r.WithContext(bucket.WithPrincipal(r.Context(), principal)))
		fmt.Println(w.Code)
	}
	// Output:
	// 403
	// 200
}

"""Signs what it is ordered to, with botocore's signer; boto3 has no other.

cloudfront.mjs describes the job. botocore leaves signing to its caller and
makes URLs only; the parameter Hash-Algorithm is the caller's affair too.
"""

import datetime
import json
import sys

from botocore.signers import CloudFrontSigner
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

HASHES = {"SHA1": hashes.SHA1, "SHA256": hashes.SHA256}


def sign_with(pem, name):
    key = serialization.load_pem_private_key(pem.encode(), password=None)

    def sign(message):
        if isinstance(key, rsa.RSAPrivateKey):
            return key.sign(message, padding.PKCS1v15(), HASHES[name]())
        return key.sign(message, ec.ECDSA(HASHES[name]()))

    return sign


def moment(epoch):
    return datetime.datetime.fromtimestamp(epoch, datetime.timezone.utc) if epoch else None


def make(job, order):
    signer = CloudFrontSigner(order["keyPairId"], sign_with(job["keys"][order["key"]], order["hash"]))
    policy, until = order["policy"], moment(order["expires"])
    if not policy and (order["resource"] or order["from"] or order["source"]):
        resource = order["resource"] or order["url"]
        policy = signer.build_policy(resource, until, moment(order["from"]), order["source"] or None)
    if policy:
        url = signer.generate_presigned_url(order["url"], policy=policy)
    else:
        url = signer.generate_presigned_url(order["url"], date_less_than=until)
    return url + ("&Hash-Algorithm=SHA256" if order["hash"] == "SHA256" else "")


def attempt(job, order):
    try:
        return {"url": make(job, order)}
    except Exception as error:
        return {"error": str(error)}


job = json.load(sys.stdin)
json.dump([attempt(job, order) for order in job["orders"]], sys.stdout)

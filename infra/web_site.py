"""Where the web application is served from: a closed bucket behind CloudFront."""

from aws_cdk import Duration, RemovalPolicy, Stack
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_cloudfront_origins as origins
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.environments import Environment
from infra.nag import acknowledge
from infra.web_headers import ASSETS_CACHE, HEADERS, OTHER_CACHE, content_security_policy

_PICTURES = ["https://*.fbcdn.net", "https://*.fbsbx.com", "https://graph.facebook.com"]
"""Where Facebook keeps the pictures of Pages."""
_TO_A_VIEW = """function handler(event) {
  // A view's address has no dot; a file's has one.
  if (!event.request.uri.includes('.')) event.request.uri = '/index.html';
  return event.request;
}"""


class WebSite(Construct):
    """`url` is its address; what is in `bucket` is served there, and what is in `downloads` may be saved."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        environment: Environment,
        sign_in_url: str,
        downloads: s3.IBucket,
    ) -> None:
        super().__init__(scope, construct_id)
        region = Stack.of(self).region
        # The API's own host is not known before its stack, which needs this site's: hence any API of the region.
        services = [f"https://*.execute-api.{region}.amazonaws.com", f"https://cognito-idp.{region}.amazonaws.com"]
        self._environment = environment
        self._policy = content_security_policy(
            services=[*services, sign_in_url],
            pictures=_PICTURES,
            downloads=f"https://{downloads.bucket_regional_domain_name}",
        )
        self.bucket = self._bucket()
        self.distribution = self._distribution()
        self.url = f"https://{self.distribution.distribution_domain_name}"

    def _bucket(self) -> s3.Bucket:
        bucket = s3.Bucket(
            self,
            "Files",
            encryption=s3.BucketEncryption.S3_MANAGED,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            enforce_ssl=True,
            minimum_tls_version=1.2,
            # Every release puts it all there again.
            removal_policy=RemovalPolicy.DESTROY,
            auto_delete_objects=self._environment.is_emptied,
        )
        acknowledge(bucket, "AwsSolutions-S1", "It holds what everybody may read, and CloudFront alone reads it.")
        return bucket

    def _distribution(self) -> cloudfront.Distribution:
        origin = origins.S3BucketOrigin.with_origin_access_control(self.bucket)  # pyright: ignore[reportArgumentType] - jsii
        distribution = cloudfront.Distribution(
            self,
            "Site",
            comment=f"pagesync {self._environment.name}",
            default_root_object="index.html",
            http_version=cloudfront.HttpVersion.HTTP2_AND_3,
            price_class=cloudfront.PriceClass.PRICE_CLASS_ALL,
            default_behavior=self._behaviour(origin, OTHER_CACHE, "Other", to_a_view=True),
            additional_behaviors={"assets/*": self._behaviour(origin, ASSETS_CACHE, "Assets", to_a_view=False)},
        )
        countries = "People use it wherever they are."
        firewall = "Static files without input; the API behind it is throttled and asks for a token."
        logs = "Who reads the application's files tells nothing; calls are logged by the API."
        certificate = (
            "CloudFront's own domain has CloudFront's certificate; an own domain brings its own and TLS 1.2."
        )
        acknowledge(distribution, "AwsSolutions-CFR1", countries)
        acknowledge(distribution, "AwsSolutions-CFR2", firewall)
        acknowledge(distribution, "AwsSolutions-CFR3", logs)
        acknowledge(distribution, "AwsSolutions-CFR4", certificate)
        return distribution

    def _behaviour(
        self, origin: cloudfront.IOrigin, cache: str, name: str, *, to_a_view: bool
    ) -> cloudfront.BehaviorOptions:
        return cloudfront.BehaviorOptions(
            origin=origin,
            viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
            cache_policy=cloudfront.CachePolicy.CACHING_OPTIMIZED,
            response_headers_policy=self._headers(cache, name),
            function_associations=[self._to_a_view()] if to_a_view else None,
            compress=True,
        )

    def _to_a_view(self) -> cloudfront.FunctionAssociation:
        function = cloudfront.Function(
            self,
            "ToAView",
            code=cloudfront.FunctionCode.from_inline(_TO_A_VIEW),
            runtime=cloudfront.FunctionRuntime.JS_2_0,
        )
        return cloudfront.FunctionAssociation(
            function=function,  # pyright: ignore[reportArgumentType] - jsii
            event_type=cloudfront.FunctionEventType.VIEWER_REQUEST,
        )

    def _headers(self, cache: str, name: str) -> cloudfront.ResponseHeadersPolicy:
        told = {**HEADERS, "Cache-Control": cache}
        custom = [cloudfront.ResponseCustomHeader(header=each, value=told[each], override=True) for each in told]
        return cloudfront.ResponseHeadersPolicy(
            self,
            f"Headers{name}",
            security_headers_behavior=self._security(),
            custom_headers_behavior=cloudfront.ResponseCustomHeadersBehavior(custom_headers=custom),
        )

    def _security(self) -> cloudfront.ResponseSecurityHeadersBehavior:
        return cloudfront.ResponseSecurityHeadersBehavior(
            content_security_policy=cloudfront.ResponseHeadersContentSecurityPolicy(
                content_security_policy=self._policy, override=True
            ),
            content_type_options=cloudfront.ResponseHeadersContentTypeOptions(override=True),
            frame_options=cloudfront.ResponseHeadersFrameOptions(
                frame_option=cloudfront.HeadersFrameOption.DENY, override=True
            ),
            referrer_policy=cloudfront.ResponseHeadersReferrerPolicy(
                referrer_policy=cloudfront.HeadersReferrerPolicy.SAME_ORIGIN, override=True
            ),
            strict_transport_security=cloudfront.ResponseHeadersStrictTransportSecurity(
                access_control_max_age=Duration.days(365), include_subdomains=True, override=True
            ),
        )

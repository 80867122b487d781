"""GraphQL over HTTP: Strawberry's view, corrected where the specification asks for more.

GraphQL-over-HTTP (2025 draft): the answer is `application/graphql-response+json` when the client accepts it, and then
its status is 400, without `data`, for an operation that was not executed (syntax, validation, variables).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
from cross_web import HTTPException
from graphql import GraphQLError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.http import GraphQLHTTPResponse, GraphQLRequestData
from strawberry.schema import BaseSchema
from strawberry.types import ExecutionResult
from strawberry.types.unset import UNSET

from gateway.auth import Viewer
from gateway.errors import StoreUnavailable, Unauthenticated

_RESPONSE_JSON = "application/graphql-response+json"
MakeContext = Callable[[Viewer | None], Any]
Authenticate = Callable[[str | None], Viewer]


class GraphQLView(GraphQL[Any, None]):
    """The ASGI endpoint. `make_context` builds the resolvers' context for a viewer; `authenticate` reads a header."""

    def __init__(
        self,
        schema: BaseSchema,
        *,
        make_context: MakeContext,
        authenticate: Authenticate,
        ide: bool = False,
        allowed_origins: tuple[str, ...] = (),
    ) -> None:
        super().__init__(
            schema,
            graphql_ide="graphiql" if ide else None,
            subscription_protocols=[],  # sockets are served by sockets.py
            allowed_origins=allowed_origins,
        )
        self._make_context = make_context
        self._authenticate = authenticate

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not self._shows_ide(scope):
            try:
                scope["viewer"] = self._authenticate(Request(scope).headers.get("authorization"))
            except Unauthenticated as error:
                await unauthenticated(error)(scope, receive, send)
                return
        await super().__call__(scope, receive, send)

    async def run(self, request: Any, context: Any = UNSET, root_value: Any = UNSET) -> Any:
        try:
            return await super().run(request, context, root_value)
        except HTTPException as refusal:
            return refused(refusal)

    def _shows_ide(self, scope: Scope) -> bool:
        """Return True for a request of the IDE's page, which holds no data: its operations need a token."""
        accepts = Request(scope).headers.get("accept", "")
        return bool(self.graphql_ide) and scope["method"] == "GET" and "text/html" in accepts

    async def get_context(self, request: Request | WebSocket, response: Response | WebSocket) -> Any:
        context = self._make_context(request.scope.get("viewer"))
        context.request = request
        context.response = response
        return context

    def lets_in(self, socket: WebSocket) -> bool:
        """Return True when the page that opens a socket is ours or of an allowed origin."""
        return self._check_websocket_origin(socket)

    async def get_sub_response(self, request: Request | WebSocket) -> Response:
        response = await super().get_sub_response(request)
        if isinstance(request, Request):
            request.scope["sub_response"] = response
            response.headers["vary"] = "Accept"
            if _RESPONSE_JSON in request.headers.get("accept", ""):
                response.headers["content-type"] = f"{_RESPONSE_JSON}; charset=utf-8"
        return response

    async def execute_single(
        self,
        request: Request,
        request_adapter: Any,
        sub_response: Response,
        context: Any,
        root_value: None,
        request_data: GraphQLRequestData,
    ) -> ExecutionResult:
        try:
            async with context.bounded():
                return await super().execute_single(
                    request, request_adapter, sub_response, context, root_value, request_data
                )
        except StoreUnavailable as error:
            failure = GraphQLError(str(error), original_error=error, extensions=error.extensions)
            return ExecutionResult(data=None, errors=[failure])

    async def process_result(self, request: Request, result: ExecutionResult) -> GraphQLHTTPResponse:
        answer = await super().process_result(request, result)
        errors = result.errors or ()
        away = any(isinstance(error.original_error, StoreUnavailable) for error in errors)
        never_ran = result.data is None and bool(errors) and not away and all(error.path is None for error in errors)
        if never_ran:
            answer.pop("data", None)
            sub_response: Response = request.scope["sub_response"]
            if sub_response.headers.get("content-type", "").startswith(_RESPONSE_JSON):
                sub_response.status_code = 400
        return answer

    def create_response(
        self, response_data: GraphQLHTTPResponse | list[GraphQLHTTPResponse], sub_response: Response
    ) -> Response:
        media_type = sub_response.headers.get("content-type", "application/json; charset=utf-8")
        headers = {k: v for k, v in sub_response.headers.items() if k != "content-type"}
        status = sub_response.status_code or 200
        return Response(self.encode_json(response_data), status, headers, media_type=media_type)

    def decode_json(self, data: str | bytes) -> object:
        # The json module raises errors of other types for bytes that are no UTF-8 and for deep nesting.
        decoded: object = orjson.loads(data)
        return decoded

    def parse_json(self, data: str | bytes) -> Any:
        """Decode a request's body. Strawberry does not check that it is an object or a list: this does."""
        request = super().parse_json(data)
        if not isinstance(request, dict | list):
            raise HTTPException(400, "The body must be a JSON object")
        if isinstance(request, dict) and not isinstance(request.get("operationName"), str | None):
            raise HTTPException(400, "`operationName` must be a string or null, if provided")
        return request

    def encode_json(self, data: object) -> bytes:
        return orjson.dumps(data)


def refused(refusal: HTTPException) -> Response:
    """Return the answer to a request that holds no operation, in the form of a GraphQL error."""
    named = refusal.reason.startswith("Unknown operation named")  # which repeats the name that was sent
    message = "The document has no operation of this name." if named else refusal.reason
    return JSONResponse({"errors": [{"message": message}]}, refusal.status_code)


def unauthenticated(error: Unauthenticated) -> Response:
    """Return the answer 401, in the form of a GraphQL error."""
    body = {"errors": [{"message": str(error), "extensions": {"code": "UNAUTHENTICATED"}}]}
    return JSONResponse(body, 401, {"WWW-Authenticate": "Bearer"})

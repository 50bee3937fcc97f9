"""Every setting of the server in one table: name, environment variable, default, what it does.

``biaotu serve`` makes its options of this table and ``docs/api.md`` prints it; nothing else is configurable. Light to
import: no web framework, no database.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from dataclasses import field as default
from pathlib import Path
from typing import Any, Final

from biaotu.errors import UsageError

_TRUE: Final = {"1", "true", "yes", "on"}
_FALSE: Final = {"0", "false", "no", "off", ""}


def _row(env: str, help: str, least: int | None = None) -> dict[str, Any]:
    """What the table says of a field."""
    return {"env": env, "help": help, "least": least}


@dataclass(frozen=True, slots=True)
class Settings:
    """How one server runs. Each field is an option of ``biaotu serve`` and an environment variable."""

    store: Path | None = default(
        default=None, metadata=_row("BIAOTU_DATA", "Folder of the store; ./biaotu-data by default. 数据目录。")
    )
    host: str = default(default="127.0.0.1", metadata=_row("BIAOTU_HOST", "Address to listen on. 监听地址。"))
    port: int = default(
        default=8000, metadata=_row("BIAOTU_PORT", "Port to listen on; 0 takes a free one. 端口。", least=0)
    )
    processes: int = default(
        default=1,
        metadata=_row("BIAOTU_PROCESSES", "Server processes that answer requests. 服务进程数。", least=1),
    )
    bundle: Path | None = default(
        default=None, metadata=_row("BIAOTU_BUNDLE", "Model bundle instead of the shipped one. 模型包目录。")
    )
    allow_remote: bool = default(
        default=False,
        metadata=_row("BIAOTU_ALLOW_REMOTE", "Listen on an address that other machines reach. 允许其他机器访问。"),
    )
    allowed_hosts: tuple[str, ...] = default(
        default=(),
        metadata=_row("BIAOTU_ALLOWED_HOSTS", "Names by which browsers reach the server, by comma. 允许的主机名。"),
    )
    https: bool = default(
        default=False,
        metadata=_row("BIAOTU_HTTPS", "Browsers reach the server by https, through a proxy. 经由 https 代理访问。"),
    )
    trusted_proxies: tuple[str, ...] = default(
        default=(),
        metadata=_row("BIAOTU_TRUSTED_PROXIES", "Proxies whose X-Forwarded-For is believed, by comma. 可信代理。"),
    )
    session_hours: int = default(
        default=12, metadata=_row("BIAOTU_SESSION_HOURS", "Hours until a log-in ends. 登录有效小时数。", least=1)
    )
    login_attempts: int = default(
        default=8,
        metadata=_row(
            "BIAOTU_LOGIN_ATTEMPTS", "Log-in attempts for a name in the window. 每个用户名的登录尝试次数。", least=1
        ),
    )
    address_attempts: int = default(
        default=100,
        metadata=_row(
            "BIAOTU_ADDRESS_ATTEMPTS", "Log-in attempts from an address in the window. 每个地址的尝试次数。", least=1
        ),
    )
    login_minutes: int = default(
        default=15,
        metadata=_row("BIAOTU_LOGIN_MINUTES", "Window of the log-in limits, in minutes. 登录限制的时间窗口。", least=1),
    )
    max_body_kb: int = default(
        default=1024,
        metadata=_row("BIAOTU_MAX_BODY_KB", "Largest request that uploads nothing, in KB. 普通请求上限。", least=16),
    )
    max_upload_mb: int = default(
        default=1024, metadata=_row("BIAOTU_MAX_UPLOAD_MB", "Largest upload, in MB. 单次上传上限。", least=1)
    )
    max_photo_mb: int = default(
        default=64, metadata=_row("BIAOTU_MAX_PHOTO_MB", "Largest single photo, in MB. 单张照片上限。", least=1)
    )
    max_photo_megapixels: int = default(
        default=178,
        metadata=_row("BIAOTU_MAX_PHOTO_MEGAPIXELS", "Largest photo, in million pixels. 照片像素上限。", least=1),
    )
    max_photos: int = default(
        default=2000, metadata=_row("BIAOTU_MAX_PHOTOS", "Photos in one upload. 单次上传照片数。", least=1)
    )
    threads: int = default(
        default=1, metadata=_row("BIAOTU_THREADS", "Threads that annotate in the background. 后台标注线程数。", least=1)
    )
    ocr: bool = default(
        default=False, metadata=_row("BIAOTU_OCR", "Read the words on the photos too (extra ocr). 识别图片上的文字。")
    )

    def with_changes(self, **changes: Any) -> Settings:
        """A copy with some settings changed; None leaves one as it is."""
        from dataclasses import replace

        return replace(self, **{name: value for name, value in changes.items() if value is not None})

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Settings:
        """The settings that environment variables ask for, defaults for the rest.

        Raises:
            UsageError: if a variable holds what its setting cannot be.
        """
        environment = os.environ if environment is None else environment
        return cls(**{row.name: row.read(environment[row.env]) for row in TABLE if environment.get(row.env)})


@dataclass(frozen=True, slots=True)
class Setting:
    """One row of the table. ``kind`` is the Python type of a value: str, int, bool, Path, or tuple for a list."""

    name: str
    env: str
    kind: type
    default: Any
    help: str
    least: int | None

    def read(self, text: str) -> Any:
        """A value as it is written in an environment variable.

        Raises:
            UsageError: if it cannot be read.
        """
        if self.kind is bool:
            if text.strip().lower() not in _TRUE | _FALSE:
                raise UsageError(f"{self.env} is on or off (1 or 0), not {text!r}")
            return text.strip().lower() in _TRUE
        if self.kind is tuple:
            return tuple(part.strip() for part in text.split(",") if part.strip())
        if self.kind is int:
            try:
                number = int(text)
            except ValueError as error:
                raise UsageError(f"{self.env} is a whole number, not {text!r}") from error
            if self.least is not None and number < self.least:
                raise UsageError(f"{self.env} is at least {self.least}, not {number}")
            return number
        return self.kind(text)


def _kind(annotation: str) -> type:
    kinds: dict[str, type] = {"int": int, "bool": bool, "str": str, "Path | None": Path}
    return kinds.get(annotation, tuple)


TABLE: Final = tuple(
    Setting(
        field.name,
        field.metadata["env"],
        _kind(str(field.type)),
        field.default,
        field.metadata["help"],
        field.metadata["least"],
    )
    for field in fields(Settings)
)
"""All settings in the order in which help and documentation show them."""

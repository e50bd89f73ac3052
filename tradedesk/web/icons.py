"""The desk's own icons: drawings in a box of 16, stroked in the colour of the text."""

from __future__ import annotations

from types import MappingProxyType


ICONS = MappingProxyType(
    {
        "today": '<circle cx="8" cy="8" r="2.75"/><path d="M8 1.5v1.25M8 13.25v1.25M1.5 8h1.25M13.25 8h1.25M3.4 3.4l.9.9M11.7 11.7l.9.9M3.4 12.6l.9-.9M11.7 4.3l.9-.9"/>',
        "desk": '<path d="M4.5 2v2M4.5 11v3M11.5 2v3M11.5 10v4"/><rect x="3" y="4" width="3" height="7" rx=".6"/><rect class="solid" x="10" y="5" width="3" height="5" rx=".6"/>',
        "orders": '<path d="M5.5 4h8M5.5 8h8M5.5 12h8M2.5 4h.1M2.5 8h.1M2.5 12h.1"/>',
        "positions": '<path d="m8 2 6 3-6 3-6-3zM2 8l6 3 6-3M2 11l6 3 6-3"/>',
        "accounts": '<path d="M2 13.5h12M3.5 11V7M6.5 11V7M9.5 11V7M12.5 11V7M2 5.5 8 2.5l6 3z"/>',
        "journal": '<path d="M3.5 2.5h7.25a1.75 1.75 0 0 1 1.75 1.75v9.25H4.75A1.25 1.25 0 0 1 3.5 12.25z"/><path d="M3.5 12.25c0-.7.55-1.25 1.25-1.25h7.75M6 5.5h4M6 8h2.5"/>',
        "analytics": '<path d="M2 13.5h12"/><path d="M2.5 10.5 6 6.5l3 2.5 4.5-6"/>',
        "plan": '<path d="M8 14A6 6 0 1 1 14 8"/><path d="M8 10.75A2.75 2.75 0 1 1 10.75 8"/><path d="m8 8 5.5-5.5M11.5 2.5v2h2"/>',
        "sliders": '<path d="M2.5 4.5h1.75M7.75 4.5h5.75M2.5 11.5h6.25M12.25 11.5h1.25"/><circle cx="6" cy="4.5" r="1.75"/><circle cx="10.5" cy="11.5" r="1.75"/>',
        "help": '<circle cx="8" cy="8" r="6"/><path d="M6.25 6.25a1.8 1.8 0 0 1 3.5.5c0 1.25-1.75 1.5-1.75 2.75M8 11.6v.1"/>',
        "settings": '<circle cx="8" cy="8" r="2"/><path d="M8 1.75v2M8 12.25v2M1.75 8h2M12.25 8h2M3.6 3.6 5 5M11 11l1.4 1.4M3.6 12.4 5 11M11 5l1.4-1.4"/>',
        "styleguide": '<rect x="2.5" y="2.5" width="4.5" height="4.5" rx=".75"/><rect class="solid" x="9" y="2.5" width="4.5" height="4.5" rx=".75"/><circle cx="4.75" cy="11.25" r="2.25"/><path d="M9 13.5 11.25 9l2.25 4.5z"/>',
        "chevron-down": '<path d="m4.5 6.5 3.5 3.5 3.5-3.5"/>',
        "chevron-up": '<path d="m4.5 9.5 3.5-3.5 3.5 3.5"/>',
        "chevron-right": '<path d="m6.5 4.5 3.5 3.5-3.5 3.5"/>',
        "chevron-left": '<path d="m9.5 4.5-3.5 3.5 3.5 3.5"/>',
        "arrow-right": '<path d="M2.75 8h10.5M9.5 4.25 13.25 8 9.5 11.75"/>',
        "search": '<circle cx="7" cy="7" r="4.25"/><path d="m10.25 10.25 3.25 3.25"/>',
        "bell": '<path d="M8 2a4 4 0 0 1 4 4c0 3.5 1.5 4.5 1.5 5.25h-11C2.5 10.5 4 9.5 4 6a4 4 0 0 1 4-4zM6.5 13.5h3"/>',
        "person": '<circle cx="8" cy="5.75" r="2.75"/><path d="M2.75 13.75c.6-2.6 2.7-4 5.25-4s4.65 1.4 5.25 4"/>',
        "people": '<circle cx="6" cy="5.75" r="2.5"/><path d="M1.5 13.5c.5-2.4 2.3-3.6 4.5-3.6s4 1.2 4.5 3.6M10.5 3.6a2.25 2.25 0 0 1 0 4.3M12 10.4c1.4.5 2.2 1.6 2.5 3.1"/>',
        "sign-out": '<path d="M6.5 2.5H3.75c-.7 0-1.25.55-1.25 1.25v8.5c0 .7.55 1.25 1.25 1.25H6.5M10.25 11.25 13.5 8l-3.25-3.25M13.25 8H6.5"/>',
        "plus": '<path d="M8 4v8M4 8h8"/>',
        "minus": '<path d="M4 8h8"/>',
        "check": '<path d="m3.5 8.5 3 3 6-6.75"/>',
        "cross": '<path d="m4 4 8 8M12 4l-8 8"/>',
        "clock": '<circle cx="8" cy="8" r="6"/><path d="M8 4.5V8l2.5 1.5"/>',
        "warning": '<path d="M8 2.25 14.25 13.25H1.75zM8 6.5v3M8 11.4v.1"/>',
        "block": '<path d="M5.25 1.75h5.5l3.5 3.5v5.5l-3.5 3.5h-5.5l-3.5-3.5v-5.5zM5.75 5.75l4.5 4.5M10.25 5.75l-4.5 4.5"/>',
        "info": '<circle cx="8" cy="8" r="6"/><path d="M8 7.25V11M8 5v.1"/>',
        "question": '<circle cx="8" cy="8" r="6" stroke-dasharray="2.6 2.1"/><path d="M6.5 6.4a1.55 1.55 0 0 1 3 .4c0 1.1-1.5 1.3-1.5 2.3M8 11.2v.1"/>',
        "shield": '<path d="M8 1.75 13 3.5v4c0 3.25-2 5.5-5 6.75-3-1.25-5-3.5-5-6.75v-4z"/>',
        "unprotected": '<path d="M8 1.75 13 3.5v4c0 3.25-2 5.5-5 6.75-3-1.25-5-3.5-5-6.75v-4z"/><path d="m6.25 6.25 3.5 3.5M9.75 6.25l-3.5 3.5"/>',
        "pencil": '<path d="M10.5 3 13 5.5 5.5 13H3v-2.5z"/>',
        "eye": '<path d="M1.5 8S4 3.5 8 3.5 14.5 8 14.5 8 12 12.5 8 12.5 1.5 8 1.5 8z"/><circle cx="8" cy="8" r="2"/>',
        "eye-off": '<path d="M6.2 3.8A6 6 0 0 1 8 3.5C12 3.5 14.5 8 14.5 8a11 11 0 0 1-2 2.5M9.9 12.2a6 6 0 0 1-1.9.3C4 12.5 1.5 8 1.5 8a11 11 0 0 1 2.2-2.7M2.5 2.5l11 11"/>',
        "key": '<circle cx="5.25" cy="10.75" r="3"/><path d="m7.5 8.5 6-6M11 5l2 2"/>',
        "lock": '<rect x="3" y="7" width="10" height="7" rx="1.25"/><path d="M5.25 7V5a2.75 2.75 0 0 1 5.5 0v2"/>',
        "phone": '<rect x="4.5" y="1.5" width="7" height="13" rx="1.25"/><path d="M7.25 12.25h1.5"/>',
        "send": '<path d="M2.5 8 13.5 2.75 10.5 13.5 7.75 9z"/>',
        "download": '<path d="M8 2v8M4.75 7 8 10.25 11.25 7M2.5 13.5h11"/>',
        "refresh": '<path d="M13.25 8a5.25 5.25 0 1 1-1.6-3.75M13.25 2v3h-3"/>',
        "more": '<path class="dots" d="M3.5 8h.1M8 8h.1M12.5 8h.1"/>',
        "table": '<rect x="2" y="3" width="12" height="10" rx="1"/><path d="M2 6.5h12M2 9.75h12M6.5 3v10"/>',
        "power": '<path d="M8 1.75v5.5M4.5 4a5.25 5.25 0 1 0 7 0"/>',
        "inbox": '<path d="m2 9 2-6h8l2 6v4H2zM2 9h3.5l1 2h3l1-2H14"/>',
        "unplugged": '<path d="M5.5 2v3M10.5 2v3M3.5 5h9v2.5a4.5 4.5 0 0 1-9 0zM8 12v2.5"/>',
        "link": '<path d="M6.75 9.25a2.75 2.75 0 0 0 3.9 0l2.1-2.1a2.75 2.75 0 0 0-3.9-3.9l-.6.6M9.25 6.75a2.75 2.75 0 0 0-3.9 0l-2.1 2.1a2.75 2.75 0 0 0 3.9 3.9l.6-.6"/>',
        "keyboard": '<rect x="1.5" y="4" width="13" height="8.5" rx="1.25"/><path d="M4 6.75h.1M6.65 6.75h.1M9.3 6.75h.1M11.95 6.75h.1M5 9.75h6"/>',
        "undo": '<path d="M3 6.25h6.25a3.75 3.75 0 0 1 0 7.5H6M5.75 3.25 2.75 6.25l3 3"/>',
        "filter": '<path d="M2.5 3.5h11L9.5 8.5v4l-3 1.25V8.5z"/>',
        "list": '<path d="M2.5 4h11M2.5 8h11M2.5 12h7"/>',
        "balance": '<path d="M8 2v11.5M5 13.5h6M2.75 4h10.5M2.75 4.25 1 9h3.5zM13.25 4.25 11.5 9H15z"/>',
        "history": '<path d="M2.75 8a5.25 5.25 0 1 0 1.6-3.75M2.75 2v3h3M8 5v3l2 1.25"/>',
        "copy": '<rect x="5.5" y="5.5" width="8" height="8" rx="1"/><path d="M10.5 3.5v-1h-8v8h1"/>',
        "external": '<path d="M9 2.5h4.5V7M13.25 2.75 7.5 8.5M11.5 9.5v4h-9v-9h4"/>',
    }
)

# Open candle, filled candle and what joins them: the desk's mark, in a box of 24.
LOGO = '<path d="M6 3.5V8M6 16v4.5M18 3.5V7M18 14v6.5"/><rect x="3.5" y="8" width="5" height="8" rx="1"/><rect class="solid" x="15.5" y="7" width="5" height="7" rx="1"/><path d="M10.5 12h3"/>'

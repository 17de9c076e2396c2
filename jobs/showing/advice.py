"""What a person can do about a failed item, by its typed reason."""

from jobs.models import Reason

ADVICE: dict[str, str] = {
    Reason.UNDECODABLE: "Open the file in a viewer. If it is damaged, export it again and upload "
    "the new file.",
    Reason.TOO_LARGE: "Scale the file down, or cut out the part that matters, and upload that.",
    Reason.UNSUPPORTED_INPUT: "Choose a tool that takes this kind of file; the plugin's page says "
    "what each takes.",
    Reason.INVALID_PARAMS: "Check the settings below against the plugin's page and upload again.",
    Reason.TOOL_ERROR: "The message comes from the plugin. Other settings or another file may "
    "help; its log, if it wrote one, is shown below.",
    Reason.PLUGIN_CRASHED: "It was tried several times. If it happens with other files too, tell "
    "your administrator and name this job.",
    Reason.TIMEOUT: "Try a smaller file or a faster setting. The plugin's page says how long the "
    "tool may take.",
    Reason.OUT_OF_MEMORY: "Try a smaller file. The plugin's page says how much memory the tool "
    "may use.",
    Reason.WORKER_LOST: "The machine that ran it went away more than once. Upload the file again; "
    "if it happens again, tell your administrator.",
    Reason.PLUGIN_UNAVAILABLE: "The plugin can't be loaded now. Its page says why; then upload "
    "again.",
    Reason.EXPIRED: "It waited longer than its deadline allowed. Upload it again, with more time "
    "or when less is waiting.",
}


def advice(error_type: str) -> str:
    """The advice for a reason; empty if the reason is unknown."""
    return ADVICE.get(error_type, "")

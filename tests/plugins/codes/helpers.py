"""Makes codes and pictures with codes."""

from __future__ import annotations

import importlib.util
import io
import sys
from pathlib import Path

import cv2
import numpy as np
import segno
import zxingcpp
from PIL import Image

PLUGIN = Path(__file__).resolve().parents[3] / "plugins_app" / "builtin" / "codes"

if str(PLUGIN) not in sys.path:  # the host does the same before it imports `plugin`
    sys.path.insert(0, str(PLUGIN))


def load_plugin():
    """The plugin's object; its module gets a name that no other plugin's takes."""
    spec = importlib.util.spec_from_file_location("codes_plugin_under_test", PLUGIN / "plugin.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.Plugin()


def qr(content, scale=6, border=4, **options):
    """A QR code, grey."""
    file = io.BytesIO()
    made = segno.make(content, micro=False, **options)
    made.save(file, kind="png", scale=scale, border=border)
    return np.asarray(Image.open(file).convert("L"))


def bars(content, fmt, scale=3):
    """A code of any other format, grey."""
    made = zxingcpp.create_barcode(content, getattr(zxingcpp.BarcodeFormat, fmt))
    return np.array(zxingcpp.write_barcode_to_image(made, scale=scale))


def placed(code, size=(900, 700), angle=0.0, scale=1.0, paper=210):
    """A picture (w, h) with the code in the middle, turned about it and resized."""
    height, width = code.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), angle, scale)
    matrix[:, 2] += (size[0] - width) / 2, (size[1] - height) / 2
    return cv2.warpAffine(code, matrix, size, flags=cv2.INTER_AREA, borderValue=paper)

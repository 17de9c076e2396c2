"""What models find."""

import numpy as np


def player():
    xyxy = np.array([10, 20, 40, 80], dtype=np.float32)
    return {"xyxy": xyxy.tolist(), "confidence": 0.9, "class_id": 0, "class_name": "player"}


def tracked(number):
    xyxy = np.array([10 + number, 20, 40 + number, 80], dtype=np.float32)
    center = [(xyxy[0] + xyxy[2]) / 2, (xyxy[1] + xyxy[3]) / 2]
    return {"track_id": 7, "class_id": 0, "xyxy": xyxy.tolist(), "center": center}


def columns():
    return {"xyxy": [[0, 0, 4, 4], [8, 8, 9, 9]], "confidence": [0.5, 0.25], "class_id": [1, 1]}

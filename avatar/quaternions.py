"""Unit quaternions (x, y, z, w) for bone rotations: right-handed, +Y up, +Z towards the viewer."""

from __future__ import annotations

import math

from avatar.pose import IDENTITY, Quaternion

Vector = tuple[float, float, float]


def from_angles(pitch: float, yaw: float, roll: float) -> Quaternion:
    """Return the rotation by intrinsic yaw, then pitch, then roll, in degrees.

    Seen from the body that faces +Z: positive pitch looks down (about +X), positive yaw turns to its own left
    (about +Y), positive roll tips the head to its own right (about +Z).
    """
    half = math.pi / 360.0
    sin_x, cos_x = math.sin(pitch * half), math.cos(pitch * half)
    sin_y, cos_y = math.sin(yaw * half), math.cos(yaw * half)
    sin_z, cos_z = math.sin(roll * half), math.cos(roll * half)
    return (
        cos_y * sin_x * cos_z + sin_y * cos_x * sin_z,
        sin_y * cos_x * cos_z - cos_y * sin_x * sin_z,
        cos_y * cos_x * sin_z - sin_y * sin_x * cos_z,
        cos_y * cos_x * cos_z + sin_y * sin_x * sin_z,
    )


def multiply(first: Quaternion, second: Quaternion) -> Quaternion:
    """Return the Hamilton product: ``second`` happens in the frame that ``first`` has turned."""
    ax, ay, az, aw = first
    bx, by, bz, bw = second
    return (
        aw * bx + ax * bw + ay * bz - az * by,
        aw * by - ax * bz + ay * bw + az * bx,
        aw * bz + ax * by - ay * bx + az * bw,
        aw * bw - ax * bx - ay * by - az * bz,
    )


def conjugate(rotation: Quaternion) -> Quaternion:
    """Return the opposite rotation."""
    x, y, z, w = rotation
    return (-x, -y, -z, w)


def rotate(rotation: Quaternion, vector: Vector) -> Vector:
    """Return ``vector`` turned by ``rotation``."""
    x, y, z, w = rotation
    vx, vy, vz = vector
    tx, ty, tz = 2.0 * (y * vz - z * vy), 2.0 * (z * vx - x * vz), 2.0 * (x * vy - y * vx)
    return (
        vx + w * tx + y * tz - z * ty,
        vy + w * ty + z * tx - x * tz,
        vz + w * tz + x * ty - y * tx,
    )


def power(rotation: Quaternion, fraction: float) -> Quaternion:
    """Return ``fraction`` of a rotation about the same axis; fractions that sum to one compose to the whole."""
    x, y, z, w = rotation if rotation[3] >= 0.0 else tuple(-part for part in rotation)
    sine = math.sqrt(x * x + y * y + z * z)
    if sine < 1e-9:
        return IDENTITY
    half = math.atan2(sine, w) * fraction
    scale = math.sin(half) / sine
    return (x * scale, y * scale, z * scale, math.cos(half))


def slerp(first: Quaternion, second: Quaternion, fraction: float) -> Quaternion:
    """Return the rotation that lies ``fraction`` of the shorter way from ``first`` to ``second``."""
    return multiply(first, power(multiply(conjugate(first), second), fraction))


def about(axis: Vector, degrees: float) -> Quaternion:
    """Return the rotation by ``degrees`` about ``axis`` (of any length but 0)."""
    half = math.radians(degrees) / 2.0
    x, y, z = scaled(unit(axis), math.sin(half))
    return (x, y, z, math.cos(half))


def arc(first: Vector, second: Vector) -> Quaternion:
    """Return the shortest rotation that takes one unit vector to another."""
    cosine = dot(first, second)
    if cosine < -0.999999:
        other = (1.0, 0.0, 0.0) if abs(first[0]) < 0.9 else (0.0, 1.0, 0.0)
        return about(cross(first, other), 180.0)
    x, y, z = cross(first, second)
    w = 1.0 + cosine
    size = math.sqrt(x * x + y * y + z * z + w * w)
    return (x / size, y / size, z / size, w / size)


def angle_about(rotation: Quaternion, axis: Vector) -> float:
    """Return how far a rotation turns about a unit ``axis``, degrees, -180..180: its twist."""
    along = dot(rotation[:3], axis)
    angle = math.degrees(2.0 * math.atan2(along, rotation[3]))
    return (angle + 180.0) % 360.0 - 180.0


def turning(rotation: Quaternion) -> Vector:
    """Return a rotation as a vector along its axis, as long as its angle in degrees (0..180)."""
    x, y, z, w = rotation
    sine = math.sqrt(x * x + y * y + z * z)
    if sine < 1e-9:
        return (0.0, 0.0, 0.0)
    scale = math.degrees(2.0 * math.atan2(sine, abs(w))) / math.copysign(sine, w)
    return (x * scale, y * scale, z * scale)


def dot(first: Vector, second: Vector) -> float:
    """Return the inner product."""
    return first[0] * second[0] + first[1] * second[1] + first[2] * second[2]


def cross(first: Vector, second: Vector) -> Vector:
    """Return the vector product."""
    ax, ay, az = first
    bx, by, bz = second
    return (ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx)


def added(first: Vector, second: Vector) -> Vector:
    """Return the sum."""
    return (first[0] + second[0], first[1] + second[1], first[2] + second[2])


def scaled(vector: Vector, factor: float) -> Vector:
    """Return ``vector`` times ``factor``."""
    return (vector[0] * factor, vector[1] * factor, vector[2] * factor)


def length(vector: Vector) -> float:
    """Return how long a vector is."""
    return math.sqrt(dot(vector, vector))


def unit(vector: Vector) -> Vector:
    """Return the vector of length 1 in the same direction; (0, 0, 1) for one that has no length."""
    size = length(vector)
    return scaled(vector, 1.0 / size) if size > 1e-12 else (0.0, 0.0, 1.0)

// A number in 0..1 for each whole number: integer arithmetic, so that every driver makes the same.
float hashed(float whole) {
    uint h = uint(int(whole)) * 2654435761u;
    h = (h ^ (h >> 15u)) * 2246822519u;
    return float((h ^ (h >> 13u)) & 0xFFFFu) / 65535.0;
}

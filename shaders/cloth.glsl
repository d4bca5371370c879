// Fabric: diffuse light that wraps a little, and the soft sheen of fibres at grazing angles.
vec3 fabric(vec3 albedo, vec3 n, vec3 v, vec2 open, float fuzz) {
    float key = dot(n, key_direction);
    vec3 light = max(key * 0.8 + 0.2, 0.0) * open.y * light_key * 0.85;
    light += max(dot(n, FILL_DIRECTION) * 0.7 + 0.3, 0.0) * light_fill * open.x;
    light += room(n) * open.x;
    float away = 1.0 - abs(dot(n, v));
    float grazing = away * away * away;
    light += grazing * fuzz * open.x * (light_rim * max(dot(n, RIM_DIRECTION) + 0.3, 0.0) + light_key * 0.25 * open.y);
    return albedo * light;
}

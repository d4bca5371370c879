// The inside of the mouth: light fades with the way back from the teeth, and stays warm.
uniform float teeth_front;

float mouth_light(vec3 rest, float reach) {
    return smoothstep(teeth_front - reach, teeth_front + 0.004, rest.z);
}

vec3 in_mouth(vec3 albedo, vec3 n, vec3 v, float open, float gloss) {
    float key = max(dot(n, key_direction) * 0.6 + 0.4, 0.0);
    vec3 light = (key * light_key * 0.75 + room(n) + light_fill * 0.3) * open + vec3(0.06, 0.028, 0.022);
    float spark = glint(n, v, key_direction, 0.30) * max(dot(n, key_direction), 0.0) * gloss * open;
    return albedo * light + spark * light_key * 0.16;
}

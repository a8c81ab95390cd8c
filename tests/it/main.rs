mod annotations;
